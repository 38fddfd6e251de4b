#pragma once

#include <cstdint>
#include <filesystem>

#include "training/options/train_options.h"

namespace univi::training {

/// Records where the time of a start's first steps goes (--trace_steps) and writes
/// trace-rankN.json into the run folder: Trace Event Format, see base::TraceSpan. Does nothing
/// without that option.
class StepTrace {
  public:
    StepTrace(const TrainOptions& options, int rank);
    /// Writes what there is of a start that ended sooner.
    ~StepTrace();
    StepTrace(const StepTrace&) = delete;
    StepTrace& operator=(const StepTrace&) = delete;
    /// Counts a step that ended. A file that cannot be written is a warning in the log.
    void note_step();

  private:
    void write();

    std::filesystem::path path_;
    std::int64_t left_;  ///< steps to record; 0: none, or written
};

}  // namespace univi::training
