#pragma once

#include <QDateTime>
#include <optional>

#include "core/protocol/train_protocol.h"
#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// How far the events of a run have come.
enum class RunPhase { None, Started, Stepping, Done, Stopped, Failed };

/// What a run's folder shows of the state that it is in.
struct RunSigns {
    RunPhase phase = RunPhase::None;
    bool has_events = false;        ///< events.jsonl is there
    bool is_writing = false;        ///< a checkpoint is half written
    bool is_done_by_state = false;  ///< trainer_state.json has the last step
    QDateTime last_launch;          ///< when it was last started from here; invalid: never
    QString last_error;             ///< the log's last error
    std::optional<protocol::train::ErrorEvent> failure;         ///< the error among the events
    std::optional<protocol::train::ErrorEvent> launch_failure;  ///< why the newest start failed
};

/// A state and, of one that failed or is lost, why.
struct RunVerdict {
    RunState state = RunState::Unknown;
    std::optional<protocol::train::ErrorEvent> problem = {};
};

/// Returns the state of a run whose process lives.
RunState stateOfLiving(const RunSigns& signs, const RunInfo& run);

/// Returns the state of a run whose process is gone: what its events say last, unless a later start
/// failed before it could write any.
RunVerdict stateOfDead(const RunSigns& signs, const RunInfo& run);

/// Returns the state of a run whose process cannot be seen, on another computer or of another
/// program: it is running while new points come.
RunVerdict stateOfForeign(const RunSigns& signs, const RunInfo& run);

}  // namespace univi::ui
