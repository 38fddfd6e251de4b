#pragma once

#include <QList>
#include <QString>

#include "ui/models/model_facts.h"

namespace univi::ui {

/// A model that looks whole and loadable.
struct CachedModel {
    QString name;      ///< "owner/name" of the hub's cache, which the engine takes for a model as
                       ///< well, or the folder's own
    QString folder;    ///< that holds it
    qint64 bytes = 0;  ///< of the weights on disk
    ModelFacts facts{};
};

/// Models with pictures in the Hugging Face cache, by name: config.json of a type this program
/// loads, tokenizer.model, and every file of the weights there. Only config.json and the list of
/// the shards are read, nothing from the network; what cannot be read is left out.
QList<CachedModel> findCachedModels();

/// Models of every kind in a folder: itself, and the folders in it, by name; at most 200 are looked
/// at. What cannot be read is left out.
QList<CachedModel> findModelsIn(const QString& folder);

}  // namespace univi::ui
