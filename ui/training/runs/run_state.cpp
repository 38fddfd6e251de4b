#include "ui/training/runs/run_state.h"

#include <algorithm>
#include <cmath>

#include "ui/text/translate.h"

namespace univi::ui {
namespace {

using protocol::Fault;
using protocol::train::ErrorEvent;

/// Without a new point for so long, a run that cannot be seen is no longer called running.
constexpr int kQuietSeconds = 120;
/// Libraries are loaded before the pid file is there.
constexpr int kStartSeconds = 30;

/// Whether the newest start ended before it could write an event.
bool failedToStart(const RunSigns& signs, const RunInfo& run) {
    if (!signs.last_launch.isValid() || signs.phase == RunPhase::Failed) return false;
    const bool says_why = signs.launch_failure || !signs.last_error.isEmpty();
    const bool is_later =
        !signs.has_events || !run.changed.isValid() || signs.last_launch >= run.changed.addSecs(-1);
    return says_why && is_later;
}

bool hasJustStarted(const RunSigns& signs) {
    return signs.last_launch.isValid() &&
           signs.last_launch.secsTo(QDateTime::currentDateTime()) < kStartSeconds;
}

/// Without an event of its own, a start failed at how it was called.
ErrorEvent startFailure(const RunSigns& signs) {
    return signs.launch_failure.value_or(
        ErrorEvent{{}, signs.last_error.toStdString(), Fault::Usage, {}});
}

/// Why a process is gone that said nothing of its end.
ErrorEvent unexplainedEnd(const RunSigns& signs) {
    if (signs.launch_failure) return *signs.launch_failure;
    const std::string sentence =
        signs.last_error.isEmpty()
            ? tr("The process ended without a word: it was killed, or the computer was switched "
                 "off.")
                  .toStdString()
            : signs.last_error.toStdString();
    return {{}, sentence, Fault::Killed, {}};
}

}  // namespace

RunState stateOfLiving(const RunSigns& signs, const RunInfo& run) {
    if (signs.phase == RunPhase::Done) return RunState::Done;
    if (signs.phase != RunPhase::Stepping) return RunState::Starting;
    const bool is_result = run.total_steps > 0 && run.step >= run.total_steps;
    return signs.is_writing || is_result ? RunState::Saving : RunState::Running;
}

RunVerdict stateOfDead(const RunSigns& signs, const RunInfo& run) {
    if (failedToStart(signs, run)) return {RunState::Failed, startFailure(signs)};
    if (signs.phase == RunPhase::Done) return {RunState::Done};
    if (signs.phase == RunPhase::Stopped) return {RunState::Stopped};
    if (signs.phase == RunPhase::Failed) return {RunState::Failed, signs.failure};
    if (signs.phase == RunPhase::None) {
        if (!signs.has_events && !signs.last_launch.isValid()) return {RunState::Unknown};
        if (hasJustStarted(signs)) return {RunState::Starting};
    }
    // The run went on in another way: nothing was lost with this line.
    if (!run.aside_of.isEmpty()) return {RunState::Stopped};
    return {RunState::Lost, unexplainedEnd(signs)};
}

RunVerdict stateOfForeign(const RunSigns& signs, const RunInfo& run) {
    if (signs.phase == RunPhase::Done || signs.is_done_by_state) return {RunState::Done};
    if (signs.phase == RunPhase::Stopped) return {RunState::Stopped};
    if (signs.phase == RunPhase::Failed) return {RunState::Failed, signs.failure};
    if (signs.phase == RunPhase::None) return {RunState::Unknown};
    const double step_s = std::isfinite(run.seconds_per_step) ? run.seconds_per_step : 0;
    const double patience = std::max<double>(kQuietSeconds, 5 * step_s);
    const auto silence = double(run.changed.secsTo(QDateTime::currentDateTime()));
    return {silence < patience ? RunState::Running : RunState::Quiet};
}

}  // namespace univi::ui
