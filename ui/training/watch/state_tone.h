#pragma once

#include <QColor>
#include <QString>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// The theme's colour of a run's state.
QColor stateColor(RunState state);
/// The style sheet's word for it: "running", "done", "failed", "waiting", "quiet".
QString stateWord(RunState state);

}  // namespace univi::ui
