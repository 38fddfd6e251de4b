#pragma once

#include <QFile>
#include <QString>
#include <QStringList>
#include <functional>
#include <vector>

#include "training/run/tensorboard_reader.h"

namespace univi::ui {

/// A TensorBoard event file as the window follows it, see training::TensorBoardReader.
class TensorBoardFile {
  public:
    explicit TensorBoardFile(const QString& path)
        : path_(path), reader_(QFile::encodeName(path).toStdString()) {}
    using Scalar =
        std::function<void(const QString& tag, qint64 step, double value, double wallTime)>;
    using Restart = std::function<void(qint64 step)>;
    bool read(const Scalar& scalar, const Restart& restart = {});
    const QString& path() const { return path_; }
    QString problem() const { return QString::fromStdString(reader_.problem()); }

  private:
    QString path_;
    training::TensorBoardReader reader_;
};

/// Event files of a folder and of the folders below it (three levels), oldest first.
QStringList findEventFiles(const QString& folder);
/// Folders at or below `folder` that hold event files themselves: the runs of a log folder
/// in TensorBoard's sense.
QStringList findEventFolders(const QString& folder);

/// Our name of a well-known tag ("train/loss" → "loss", "eval/loss" → "held_out_loss"); others
/// as they are.
QString curveNameOfTag(const QString& tag);

}  // namespace univi::ui
