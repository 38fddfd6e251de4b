#pragma once

#include <QList>
#include <QString>

#include "training/options/options.h"
#include "ui/training/setup/run_check.h"

namespace univi::ui {

/// Everything there is to say, worst first. Reads small files (config.json, the datasets file);
/// opens no media, runs nothing.
QList<RunCheck> checkRun(const training::TrainOptions& options, const CheckSurroundings& around);

/// Free bytes of the disk that takes `folder`, which need not be there yet.
qint64 freeDiskBytes(const QString& folder);
/// Whether this processor multiplies in bf16 by itself.
bool cpuHasBf16();
/// The folder that a model's name or path means, also in the Hugging Face cache; empty when it
/// is not here.
QString findModelFolder(const QString& name);

}  // namespace univi::ui
