#pragma once

#include <QString>

namespace univi::ui {

/// What a checkpoint is put together with before it is asked.
struct ModelParts {
    QString base;   ///< of an adapter or a projector: the model it goes on top of
    QString tower;  ///< vision tower; empty: the one that the model names
    /// a sentence on a damaged file that should name them; empty: none
    QString problem = {};
};

/// Whether a folder holds only a part of a model: an adapter, or a projector.
bool needsBase(const QString& folder);

/// The parts that the folder itself names: in the run.json of the training run that wrote it, or in
/// its adapter_config.json. Empty texts where nothing is named, or what is named is not here.
ModelParts partsOf(const QString& folder);

/// The name of a checkpoint among others: its folder's, "run checkpoint-20" of one inside a run's
/// folder, "demo" of the demo model.
QString checkpointName(const QString& folder);

}  // namespace univi::ui
