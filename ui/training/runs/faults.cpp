#include "ui/training/runs/faults.h"

#include <QCoreApplication>
#include <array>

#include "ui/training/tool/labels.h"

namespace univi::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("univi::ui::Fault", text);
}

/// A piece of a sentence that tells of a kind; the first row that is found counts. The pieces are
/// those of training/engine and training/distributed.
struct Row {
    const char* piece;
    Fault::Kind kind;
};
constexpr std::array<Row, 26> kRows = {
    {{"no longer a number", Fault::Kind::NotANumber},
     {"is the disk full", Fault::Kind::DiskFull},
     {"No space left on device", Fault::Kind::DiskFull},
     {"was not written, the one before it stays", Fault::Kind::DiskFull},
     {"but the disk of", Fault::Kind::DiskFull},
     {"Out of memory", Fault::Kind::Memory},
     {"Not enough memory", Fault::Kind::Memory},
     {"is in use on this host", Fault::Kind::PortInUse},
     {"EADDRINUSE", Fault::Kind::PortInUse},
     {"Address already in use", Fault::Kind::PortInUse},
     {"sign of life", Fault::Kind::RankLost},
     {"was ended by signal", Fault::Kind::RankLost},
     {"has been stopped for", Fault::Kind::RankLost},
     {"was stopped and the others gave it up", Fault::Kind::RankLost},
     {"The ranks lost each other", Fault::Kind::RankLost},
     {"meeting place does not answer", Fault::Kind::RankLost},
     {"CUDA error", Fault::Kind::GpuGone},
     {"CUDA driver", Fault::Kind::GpuGone},
     {"NCCL failed", Fault::Kind::GpuGone},
     {"no GPU", Fault::Kind::GpuGone},
     {"GPUs, counted from 0", Fault::Kind::GpuGone},
     {"can be decoded", Fault::Kind::BadSample},
     {"--on_bad_item", Fault::Kind::BadSample},
     {"is in none of its folders", Fault::Kind::BadSample},
     {"has no frames", Fault::Kind::BadSample},
     {"ended without a word", Fault::Kind::Killed}}};

/// “Checkpoints kept”.
QString label(const char* option) {
    return QStringLiteral("“%1”").arg(labelOfOption(QLatin1String(option)));
}

QString nextStepOf(Fault::Kind kind, const RunInfo& info) {
    const QString resume =
        info.checkpoints.isEmpty()
            ? tr("There is no checkpoint yet: Resume starts from the beginning.")
            : tr("Resume goes on from step %1.").arg(info.checkpoints.last().step);
    switch (kind) {
        case Fault::Kind::NoProgram:
            return tr("Install the program again, or put univi-train beside it.");
        case Fault::Kind::RankLost:
            return tr("Look in the rank's log for what happened before it. %1").arg(resume);
        case Fault::Kind::DiskFull:
            return tr("Make room on the disk, or keep fewer checkpoints (%1). %2")
                .arg(label("save_total_limit"), resume);
        case Fault::Kind::NotANumber:
            break;  // the trainer's sentence names the samples and the ways out
        case Fault::Kind::BadSample:
            return tr("Check the data set (Set up, Data), or leave bad items out (%1: skip). %2")
                .arg(label("on_bad_item"), resume);
        case Fault::Kind::NothingToLearn:
            return tr("Check the data (Set up, Data): it says what is wrong and what to do.");
        case Fault::Kind::GpuGone:
            return tr("See whether the GPU still answers (Set up, Devices); a computer that lost "
                      "one may need to be started anew. %1")
                .arg(resume);
        case Fault::Kind::PortInUse:
            return tr("Give another %1, or name the %2, which finds a free one by itself.")
                .arg(label("master_port"), label("include"));
        case Fault::Kind::Memory:
            return tr("Take a smaller batch with more accumulation, turn %1 on, or %2. %3")
                .arg(label("gradient_checkpointing"), label("auto_micro_batch"), resume);
        case Fault::Kind::Usage:
            return tr(
                "Correct the setting and start again: “Set up from this run” opens the form with "
                "it.");
        case Fault::Kind::DamagedFile:
            return tr("The rest of the run is shown; put a whole copy in its place, or remove it.");
        case Fault::Kind::Killed:
        case Fault::Kind::Other:
            break;
    }
    return resume;
}

std::optional<Fault> damageOf(const RunInfo& info) {
    if (info.damaged.isEmpty()) return std::nullopt;
    return Fault{Fault::Kind::DamagedFile,
                 info.damaged.join(QLatin1Char(' ')),
                 nextStepOf(Fault::Kind::DamagedFile, info),
                 {},
                 false};
}

}  // namespace

Fault::Kind faultKind(const QString& sentence, const QString& eventKind) {
    if (eventKind == QLatin1String("nothing_to_learn")) return Fault::Kind::NothingToLearn;
    for (const Row& row : kRows)
        if (sentence.contains(QLatin1String(row.piece))) return row.kind;
    if (eventKind == QLatin1String("memory")) return Fault::Kind::Memory;
    if (eventKind == QLatin1String("device")) return Fault::Kind::GpuGone;
    if (eventKind == QLatin1String("media")) return Fault::Kind::BadSample;
    if (eventKind == QLatin1String("usage") || eventKind == QLatin1String("start"))
        return Fault::Kind::Usage;
    if (eventKind == QLatin1String("lost")) return Fault::Kind::Killed;
    return Fault::Kind::Other;
}

Fault noProgramFault(const QString& sentence) {
    return {Fault::Kind::NoProgram, sentence, nextStepOf(Fault::Kind::NoProgram, {}), {}, false};
}

std::optional<Fault> faultOf(const RunInfo& info) {
    const bool is_over = info.state == RunState::Failed || info.state == RunState::Lost;
    if (!is_over) {
        // Days of work go on with the checkpoint before; the person should know now.
        if (!isAlive(info.state) || info.warnings.isEmpty() ||
            faultKind(info.warnings.last(), {}) != Fault::Kind::DiskFull)
            return damageOf(info);
        return Fault{
            Fault::Kind::DiskFull, withLabels(info.warnings.last()),
            tr("Make room on the disk: the run goes on and the next checkpoint may succeed."),
            info.warnings.last().left(60), false};
    }
    Fault fault;
    fault.sentence = (QStringList(withLabels(info.problem)) + info.damaged).join(QLatin1Char(' '));
    fault.kind = faultKind(info.problem, info.problemKind);
    fault.nextStep = nextStepOf(fault.kind, info);
    fault.logText = info.problem.left(60);
    fault.canResume = fault.kind != Fault::Kind::Usage && fault.kind != Fault::Kind::PortInUse &&
                      fault.kind != Fault::Kind::NothingToLearn && !info.fromTensorBoard;
    return fault;
}

}  // namespace univi::ui
