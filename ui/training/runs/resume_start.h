#pragma once

#include <QString>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// The value of --resume_from_checkpoint that starts from the base model.
constexpr QLatin1String kFromBase("False");

/// Where a run would go on, and whether its settings differ from those it had.
struct ResumeStart {
    QString from = {};       ///< a checkpoint's folder, kFromBase, or empty for the newest one
    bool is_listed = true;   ///< false: `from` is no checkpoint of this run
    bool changes = false;    ///< settings differ that may differ
    bool conflicts = false;  ///< settings differ that belong to another model
};

/// Returns whether the run can go on so: a checkpoint fits the settings of its own model only.
bool canGoOn(const RunInfo& run, const ResumeStart& start);

/// Says what becomes of the run, or why it cannot go on so.
QString sayWhatBecomes(const RunInfo& run, const ResumeStart& start);

}  // namespace univi::ui
