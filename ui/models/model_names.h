#pragma once

#include <QString>

namespace univi::ui {

/// How a model is called where several are listed: what tells it apart comes first.
struct ModelName {
    QString name;   ///< "Chat-UniVi-7B", "stage2/checkpoint-10"
    QString place;  ///< the folder it lies in, with ~ for the home folder, or the cache's owner
};

/// `model`: a folder, or a repository's name in the Hugging Face cache.
ModelName modelName(const QString& model);

/// True for an empty text and for the folder of the demo model, however it is written.
bool isDemoModel(const QString& model);

/// One sentence when a folder cannot hold a model at all; empty otherwise.
QString folderProblem(const QString& model);

}  // namespace univi::ui
