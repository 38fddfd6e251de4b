#pragma once

#include <QString>
#include <optional>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// What went wrong with a run, as its page shows it.
struct RunFault {
    protocol::Fault kind = protocol::Fault::Other;
    QString sentence;        ///< what happened, in the trainer's words where it had any
    QString next_step;       ///< what to do now
    QString log_text;        ///< a piece of the log line that says it; empty: the first error
    bool can_resume = true;  ///< going on from the newest checkpoint makes sense as it is
    bool is_damage = false;  ///< the run itself is well: a file of its folder cannot be read
};

/// Of a run that failed or was lost; nothing for others. A running one whose checkpoint could not
/// be written has one too, and any of whose folder a file cannot be read.
std::optional<RunFault> faultOf(const RunInfo& info);

/// What to do when a start found no univi-train.
QString noProgramNextStep();

}  // namespace univi::ui
