#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "core/protocol/train_protocol.h"
#include "training/engine/run_course.h"
#include "training/engine/step_outcome.h"
#include "training/run/run_folder.h"

namespace univi::training {

/// Hugging Face's trainer_state.json of a run.
base::Json trainer_state(const TrainOptions& options, const RunCourse& course);

/// Writes down what a run does: events, the history, trainer_state.json and the curves. Only the
/// recorder of the first rank has a run folder; the others drop what is not for the log.
class RunRecorder {
  public:
    /// Opens the run folder of --output_dir where `is_first`. Borrows `options`. Throws
    /// Error{Usage|File}.
    RunRecorder(const TrainOptions& options, bool is_first, bool to_stdout);

    /// Null at other ranks than the first.
    RunFolder* folder() { return folder_.get(); }
    /// From any thread, as warn() is.
    void event(const protocol::train::Event& event);
    /// To the log and as an event.
    void warn(const std::string& message, protocol::Fault fault = protocol::Fault::Other);
    /// The same at the first rank only: for what all ranks find alike.
    void warn_once(const std::string& message, protocol::Fault fault = protocol::Fault::Other);
    /// Keeps other threads from writing events while it lives.
    [[nodiscard]] std::unique_lock<std::recursive_mutex> hold() { return std::unique_lock(mutex_); }

    /// Writes the event of the step that `course` just finished, and returns it.
    protocol::train::StepEvent report_step(const RunCourse& course, const StepOutcome& step);
    /// Adds an entry to the history in `course` with the mean loss since the last one; none when
    /// all steps since then were left out.
    void log_history(RunCourse& course, const StepOutcome& step);
    /// Adds the held-out loss of `samples` samples in `batches` batches of this rank.
    void report_evaluation(RunCourse& course, double loss, std::int64_t samples,
                           std::int64_t batches, double seconds);
    void report_checkpoint(const RunCourse& course, const std::filesystem::path& checkpoint);
    /// The last entry of the history and the event at the end of a run.
    void report_done(const RunCourse& course);

  private:
    using Clock = std::chrono::steady_clock;

    const TrainOptions& options_;
    std::unique_ptr<RunFolder> folder_;
    /// warnings come from loader threads, the loss of a rank from its watcher
    std::recursive_mutex mutex_;
    double mean_step_s_ = 0;
    Clock::time_point began_ = Clock::now();
};

}  // namespace univi::training
