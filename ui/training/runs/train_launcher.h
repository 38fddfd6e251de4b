#pragma once

#include <QCoreApplication>
#include <QString>

#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_start.h"

namespace univi::ui {

/// Starts univi-train as a process of its own session, which outlives this program, and sends
/// signals to running ones. Results in `problem`: one sentence, empty when all went well.
class TrainLauncher {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::TrainLauncher)
  public:
    /// `program` empty: univi-train beside the running executable.
    explicit TrainLauncher(QString program = {});
    /// Path of the program; empty with a sentence when it is not there.
    QString findProgram(QString& problem) const;

    /// stderr goes to launch.log in the run's folder (made when missing), stdout nowhere:
    /// events.jsonl has the same. The process id, 0 when it could not be started.
    qint64 start(const RunStart& run, QString& problem) const;

    enum class Wish { StopAndSave, SaveNow };
    static bool signal(const RunInfo& run, Wish wish, QString& problem);

  private:
    QString program_;
};

}  // namespace univi::ui
