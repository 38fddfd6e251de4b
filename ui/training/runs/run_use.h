#pragma once

#include <QString>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// What to load to talk to a result or a checkpoint: folders, absolute where they are known.
struct ModelChoice {
    QString model;
    QString base;   ///< for an adapter or a projector: what it goes on top of; else empty
    QString tower;  ///< empty: the model names its own
};

/// Of the run's result, or of one of its checkpoints.
ModelChoice modelOf(const RunInfo& info, const QString& folder);
/// What the run began from; an empty model when that is not known.
ModelChoice baseOf(const RunInfo& info);
/// A path of the run's settings as seen from where it was started; repository names stay
/// as they are.
QString resolvePath(const RunInfo& info, const QString& path);
/// What is in a folder that can be loaded.
RunResult resultIn(const QString& folder);
/// The template to ask with: the one the run trained with.
QString templateOf(const RunInfo& info);

}  // namespace univi::ui
