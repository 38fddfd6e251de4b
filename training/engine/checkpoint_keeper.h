#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "training/engine/run_course.h"
#include "training/engine/run_recorder.h"

namespace univi::training {

/// Saves checkpoints when they are due and removes old ones. Every rank has one and calls it alike;
/// the first rank alone changes the run's folder.
class CheckpointKeeper {
  public:
    /// Writes the checkpoint of a position, together with all ranks, and returns its folder.
    /// `state`: trainer_state.json.
    using Write =
        std::function<std::filesystem::path(const RunPosition& position, const base::Json& state)>;
    /// Borrows all.
    CheckpointKeeper(const TrainOptions& options, const RunCourse& course, RunRecorder& recorder,
                     Write write);

    /// Says that the checkpoint of this step is there already.
    void has_saved(std::int64_t step) { last_saved_ = step; }
    /// Whether --save_strategy makes a checkpoint due after the last step.
    bool is_due() const;
    /// Saves where the run stands, unless that is saved already, and removes the oldest checkpoints
    /// over --save_total_limit. Throws Error{File}.
    void save();
    /// The same, with a warning in place of Error{File}: on the way a checkpoint that cannot be
    /// written does not end days of work, the last one stays and the next may succeed.
    void save_or_warn();

  private:
    const TrainOptions& options_;
    const RunCourse& course_;
    RunRecorder& recorder_;
    Write write_;
    std::int64_t last_saved_ = -1;
};

}  // namespace univi::training
