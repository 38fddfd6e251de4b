#pragma once

#include <QList>
#include <QString>

namespace univi::ui {

/// A model of the Hugging Face cache that looks whole and loadable.
struct CachedModel {
    QString name;      ///< "owner/name", which the engine takes for a model as well
    QString folder;    ///< its snapshot
    qint64 bytes = 0;  ///< of the weights on disk
};

/// Models with pictures in the Hugging Face cache, by name: config.json of a type this program
/// loads, tokenizer.model, and every file of the weights there. Only config.json and the list of
/// the shards are read, nothing from the network; what cannot be read is left out.
QList<CachedModel> findCachedModels();

}  // namespace univi::ui
