#pragma once

#include <QCoreApplication>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/protocol/step_line.h"
#include "ui/training/runs/line_tail.h"
#include "ui/training/runs/log_reader.h"
#include "ui/training/runs/run_data.h"
#include "ui/training/runs/run_state.h"
#include "ui/training/runs/tensorboard_reader.h"

namespace univi::ui {

/// Drops the points of `step` and later ones.
void cutCurve(Curve& curve, std::int32_t step);

/// What stands in a run's folder, read again and again while it grows: run.json, events.jsonl,
/// trainer_state.json, pid, log.txt, launch.log and the checkpoints of univi-train; or TensorBoard
/// files alone, of whatever program. Nothing is written. Not a QObject; one thread at a time.
class RunFiles {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::RunFiles)
  public:
    enum class Depth {
        Summary,  ///< state and last values: only the end of the events is read
        Whole     ///< curves from step 1, and the log
    };
    RunFiles(const QString& folder, Depth depth);

    /// What is new since the last look.
    RunUpdate look();
    const RunInfo& info() const { return info_; }

    /// Whether a folder looks like a run: run.json, events.jsonl or TensorBoard files.
    static bool isRun(const QString& folder);

  private:
    QJsonObject readObject(const char* name);
    std::optional<protocol::train::Branch> readBranch(const QString& file);
    void lookAtSettings();
    bool lookAtEvents(RunUpdate& update);
    bool lookAtCurveFiles(RunUpdate& update);
    void takeScalar(RunUpdate& update, std::size_t file, const QString& tag, qint64 step,
                    double value);
    void cutFrom(RunUpdate& update, const QString& name, qint64 step);
    void restart(RunUpdate& update, std::size_t file, qint64 step);
    void lookAtBranches();
    void lookAtFolder();
    void lookAtCheckpoints();
    QStringList checkpointsOnTheMove();
    void lookAtTrainerState();
    void takeLine(std::string_view line, RunUpdate& update);
    void takeEvent(std::string_view line, RunUpdate& update);
    void take(const protocol::train::StartEvent& start, RunUpdate& update);
    void take(const protocol::train::DoneEvent& done, RunUpdate& update);
    void take(const protocol::train::StoppedEvent& stopped, RunUpdate& update);
    void take(const protocol::train::ErrorEvent& error, RunUpdate& update);
    void take(const protocol::train::WarningEvent& warning, RunUpdate& update);
    void take(const protocol::train::EvaluationEvent& evaluation, RunUpdate& update);
    void take(const protocol::train::OverflowEvent& overflow, RunUpdate& update);
    template <typename Other>
    void take(const Other&, RunUpdate&) {}
    std::optional<protocol::train::ErrorEvent> launchFailure();
    void addPoint(RunUpdate& update, const QString& name, qint64 step, double value);
    void forgetCurves(RunUpdate& update);
    RunSigns signs();
    void findWorkingFolder(qint64 pid);
    void decideState();

    QString folder_;
    Depth depth_;
    RunInfo info_;
    RunPhase phase_ = RunPhase::None;
    LineTail events_;
    LogReader log_;
    QDateTime settings_read_, folder_read_, state_read_, launch_error_read_;
    QMap<QString, QString> damaged_;  ///< by file name: what is wrong with it
    protocol::train::StepLineReader step_;
    /// A figure of the steps, gathered during one look. The key is one of the reader's names.
    struct Gathered {
        const char* key;
        QString name;
        Curve curve;
        double last = 0;
        bool any = false;
    };
    Gathered& gathered(const char* key);
    void handOver(RunUpdate& update);
    std::vector<Gathered> gathered_;
    std::vector<std::unique_ptr<TensorBoardFile>> curve_files_;
    /// Of TensorBoard's tags: the last step and the file it came from.
    struct LastPoint {
        qint64 step = 0;
        std::size_t file = 0;
    };
    QMap<QString, LastPoint> last_points_;
    QString run_path_;  ///< the start event's absolute folder
    std::optional<protocol::train::ErrorEvent> event_error_, launch_error_;
    bool has_events_ = false, is_writing_ = false, is_done_by_state_ = false;
};

}  // namespace univi::ui
