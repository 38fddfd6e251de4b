#include "ui/training/runs/faults.h"

#include "ui/text/translate.h"
#include "ui/training/tool/labels.h"

namespace univi::ui {
namespace {

using protocol::Fault;

/// “Checkpoints kept”.
QString label(const char* option) {
    return QStringLiteral("“%1”").arg(labelOfOption(QLatin1String(option)));
}

QString nextStepOf(Fault kind, const RunInfo& info) {
    const QString resume =
        info.checkpoints.isEmpty()
            ? tr("There is no checkpoint yet: Resume starts from the beginning.")
            : tr("Resume goes on from step %1.").arg(info.checkpoints.last().step);
    switch (kind) {
        case Fault::RankLost:
            return tr("Look in the rank's log for what happened before it. %1").arg(resume);
        case Fault::DiskFull:
            return tr("Make room on the disk, or keep fewer checkpoints (%1). %2")
                .arg(label("save_total_limit"), resume);
        case Fault::NotANumber:
            break;  // the trainer's sentence names the samples and the ways out
        case Fault::BadSample:
            return tr("Check the data set (Set up, Data), or leave bad items out (%1: skip). %2")
                .arg(label("on_bad_item"), resume);
        case Fault::NothingToLearn:
            return tr("Check the data (Set up, Data): it says what is wrong and what to do.");
        case Fault::GpuGone:
            return tr("See whether the GPU still answers (Set up, Devices); a computer that lost "
                      "one may need to be started anew. %1")
                .arg(resume);
        case Fault::PortInUse:
            return tr("Give another %1, or name the %2, which finds a free one by itself.")
                .arg(label("master_port"), label("include"));
        case Fault::OutOfMemory:
            return tr("Take a smaller batch with more accumulation, turn %1 on, or %2. %3")
                .arg(label("gradient_checkpointing"), label("auto_micro_batch"), resume);
        case Fault::Usage:
            return tr(
                "Correct the setting and start again: “Set up from this run” opens the form with "
                "it.");
        case Fault::NotSaved:
        case Fault::Killed:
        case Fault::Other:
            break;
    }
    return resume;
}

std::optional<RunFault> damageOf(const RunInfo& info) {
    if (info.damaged.isEmpty()) return std::nullopt;
    RunFault damage;
    damage.sentence = info.damaged.join(QLatin1Char(' '));
    damage.next_step =
        tr("The rest of the run is shown; put a whole copy in its place, or remove it.");
    damage.can_resume = false;
    damage.is_damage = true;
    return damage;
}

/// Days of work go on with the checkpoint before; the person should know now.
std::optional<RunFault> faultOfLiving(const RunInfo& info) {
    if (!isAlive(info.state) || info.warnings.isEmpty()) return damageOf(info);
    const QString& warning = info.warnings.last();
    RunFault fault{info.warning_fault, withLabels(warning), {}, warning.left(60), false};
    if (fault.kind == Fault::DiskFull)
        fault.next_step =
            tr("Make room on the disk: the run goes on and the next checkpoint may succeed.");
    else if (fault.kind == Fault::NotSaved)
        fault.next_step = tr("The run goes on and the next checkpoint may succeed.");
    else
        return damageOf(info);
    return fault;
}

}  // namespace

QString noProgramNextStep() {
    return tr("Install the program again, or put univi-train beside it.");
}

std::optional<RunFault> faultOf(const RunInfo& info) {
    if (info.state != RunState::Failed && info.state != RunState::Lost) return faultOfLiving(info);
    RunFault fault;
    fault.sentence = (QStringList(withLabels(info.problem)) + info.damaged).join(QLatin1Char(' '));
    fault.kind = info.fault;
    fault.next_step = nextStepOf(fault.kind, info);
    fault.log_text = info.problem.left(60);
    fault.can_resume = fault.kind != Fault::Usage && fault.kind != Fault::PortInUse &&
                       fault.kind != Fault::NothingToLearn && !info.from_tensorboard;
    return fault;
}

}  // namespace univi::ui
