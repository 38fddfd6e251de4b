#pragma once

#include <QObject>
#include <QString>
#include <optional>

#include "core/protocol/data_report.h"
#include "training/options/options.h"
#include "ui/training/tool/train_child.h"

namespace univi::ui {

/// A problem as a person reads it: "Picture or video missing".
QString problemName(protocol::DataProblem problem);

/// Runs the data check as a child of its own, with progress and stop. GUI thread.
class DataDoctor : public QObject {
    Q_OBJECT
  public:
    explicit DataDoctor(QObject* parent = nullptr);
    /// Checks the data set of `options`, and the held-out one where they name it. `decode`: open
    /// every picture and video, not only look whether it is there.
    void check(const training::TrainOptions& options, bool decode);
    void stop();
    bool isRunning() const { return child_.isRunning(); }

  Q_SIGNALS:
    /// `total` 0: not known yet.
    void progressed(qint64 done, qint64 total);
    void finished(const univi::protocol::DataCheck& check);
    /// An empty sentence: it was stopped.
    void failed(const QString& sentence);

  private:
    void takeLine(const QByteArray& line);
    void finish(const TrainChild::Result& result);
    TrainChild child_;
    std::optional<protocol::DataCheck> report_;
    QString unread_;  ///< why a line was not understood
};

}  // namespace univi::ui
