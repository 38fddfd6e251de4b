#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QMap>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/protocol/fault.h"

namespace univi::ui {

/// One figure over the steps. 8 bytes a point, as they were measured; steps ascend.
struct Curve {
    std::vector<std::int32_t> steps;
    std::vector<float> values;  ///< NaN where a value was no number
    std::size_t size() const { return steps.size(); }
};

/// By name. Of univi-train's events: "loss", "learning_rate", "grad_norm", "tokens_per_s",
/// "samples_per_s", "memory_bytes", "step_s", "held_out_loss" and what else a step has; of
/// TensorBoard files the same where a tag means it, else the tag.
using CurveSet = QMap<QString, Curve>;

enum class RunState {
    Unknown,   ///< nothing readable yet
    Queued,    ///< waits for its devices or for another run
    Starting,  ///< the process lives, its first step has not come
    Running,
    Saving,   ///< a checkpoint or the result is being written
    Done,     ///< the result is there
    Stopped,  ///< saved and stopped when it was asked to
    Failed,   ///< ended with a sentence
    Lost,     ///< ended without a word
    Quiet     ///< only curves are known (another program's run), and none came lately
};
bool isAlive(RunState state);
QString stateName(RunState state);

struct RunCheckpoint {
    QString folder;
    qint64 step = 0;
    QDateTime written;
};

/// A line of the run that was set aside when it went back to an older checkpoint.
struct RunBranch {
    QString folder;  ///< a run folder of its own
    qint64 number = 0;
    qint64 step = 0;       ///< where the run went on in another way
    qint64 last_step = 0;  ///< where the line had come to
    int checkpoints = 0;
    bool asked = true;  ///< false: nothing newer could be resumed from
    bool operator==(const RunBranch&) const = default;
};

/// What a run leaves for use.
enum class RunResult { None, Model, Adapter, Projector };

/// Everything about a run but its curves and its log.
struct RunInfo {
    QString folder, name;
    RunState state = RunState::Unknown;
    qint64 step = 0, total_steps = 0;
    double epoch = 0, eta_seconds = 0, seconds_per_step = 0;
    QDateTime started, changed;  ///< changed: the last sign of life
    QString host;                ///< where it runs, when that is not this computer
    qint64 pid = 0;              ///< of the process that takes signals; 0: none
    int ranks = 1;
    QString device, dtype, resumed_from;
    QJsonObject settings;    ///< run.json's options
    QStringList command;     ///< as it was started, with the program
    QString working_folder;  ///< where relative paths of `command` start; empty: not known
    /// Of a failed or lost run: what went wrong, and one sentence.
    protocol::Fault fault = protocol::Fault::Other;
    QString problem;
    QStringList warnings;                                    ///< newest last, at most 20
    protocol::Fault warning_fault = protocol::Fault::Other;  ///< of the newest
    QStringList damaged;         ///< a sentence on each file of the folder that cannot be read
    QMap<QString, double> last;  ///< last value of every curve
    QList<RunCheckpoint> checkpoints;  ///< whole ones, oldest first
    QList<RunBranch> branches;         ///< lines set aside, oldest first
    QString aside_of;                  ///< of a line that was set aside: its run's folder
    QString started_from;              ///< a checkpoint of another run, or of a line set aside
    RunResult result = RunResult::None;
    bool from_tensorboard = false;
    bool canBeSteered() const { return pid > 0 && host.isEmpty(); }
};

struct LogLine {
    enum class Level { Debug, Info, Warning, Error };
    QDateTime time;  ///< local; invalid when not known
    int rank = -1;   ///< -1: the launcher, or a line without one
    Level level = Level::Info;
    QString text;
};

/// What one look at a run brought.
struct RunUpdate {
    RunInfo info;
    bool curves_reset = false, log_reset = false;  ///< what was known before is void
    /// By curve: earlier points of this step and later ones are void.
    QMap<QString, std::int32_t> cuts;
    CurveSet curves;     ///< new points
    QList<LogLine> log;  ///< new lines
    bool more = false;   ///< there is more to read at once
};

}  // namespace univi::ui

Q_DECLARE_METATYPE(std::shared_ptr<const univi::ui::RunUpdate>)
