#pragma once

#include <QString>
#include <optional>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// What went wrong with a run, as its page shows it.
struct Fault {
    enum class Kind {
        NoProgram,
        RankLost,
        DiskFull,
        NotANumber,
        BadSample,
        NothingToLearn,
        GpuGone,
        PortInUse,
        Memory,
        Usage,
        Killed,
        DamagedFile,
        Other
    };
    Kind kind = Kind::Other;
    QString sentence;       ///< what happened, in the trainer's words where it had any
    QString nextStep;       ///< what to do now
    QString logText;        ///< a piece of the log line that says it; empty: the first error
    bool canResume = true;  ///< going on from the newest checkpoint makes sense as it is
};

/// Of a run that failed or was lost; nothing for others. A running one whose checkpoint could not
/// be written has one too, and any of whose folder a file cannot be read.
std::optional<Fault> faultOf(const RunInfo& info);

/// The kind that a sentence of univi-train (or of its launcher) tells of.
Fault::Kind faultKind(const QString& sentence, const QString& eventKind);

/// Fault of a start that found no univi-train.
Fault noProgramFault(const QString& sentence);

}  // namespace univi::ui
