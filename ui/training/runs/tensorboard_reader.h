#pragma once

#include <QString>
#include <QStringList>
#include <functional>
#include <vector>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// Follows one TensorBoard event file (events.out.tfevents.…) of any writer: TFRecord framing with
/// both checksums checked, Event and Summary messages of which only scalars are taken
/// (simple_value, and rank-0 float or double tensors as TensorFlow 2 writes them). A record that is
/// not whole yet waits; a broken one ends the reading of this file and is named by problem().
class TensorBoardFile {
  public:
    explicit TensorBoardFile(QString path) : path_(std::move(path)) {}
    using Scalar =
        std::function<void(const QString& tag, qint64 step, double value, double wallTime)>;
    /// The writer was started again (SessionLog START, in files of version brain.Event:2): what
    /// files before this one say of `step` and later ones is void, as TensorBoard itself has it.
    using Restart = std::function<void(qint64 step)>;
    /// Reads what was added, at most `budget` bytes; true when there is more to read at once.
    bool read(const Scalar& scalar, const Restart& restart = {}, qint64 budget = qint64{16} << 20);
    const QString& path() const { return path_; }
    const QString& problem() const { return problem_; }

  private:
    QString path_, problem_;
    QByteArray rest_;
    qint64 offset_ = 0;
    int version_ = 0;  ///< of the file, as its first event says
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
