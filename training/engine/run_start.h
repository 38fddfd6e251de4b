#pragma once

#include <string>
#include <vector>

#include "training/engine/run_parts.h"
#include "training/options/schedule.h"
#include "training/run/start_point.h"

namespace univi::training {

/// Where a run starts: at the base model, or at a checkpoint that all ranks load alike. Borrows
/// everything.
class RunStart {
  public:
    RunStart(const TrainOptions& options, RankTeam& team, RunRecorder& recorder, RunCourse& course)
        : options_(options), team_(team), recorder_(recorder), course_(course) {}

    /// Rank 0 looks where the run starts, and whether it is done already; all learn it. False when
    /// it is done: starting such a run again must not train from an older checkpoint. Throws
    /// Error{File|Format}.
    bool choose();
    /// Whether the run starts at a checkpoint.
    bool goes_on() const { return !start_.checkpoint.empty(); }
    /// Restores weights, optimizer and position from the checkpoint, if any, and returns the
    /// schedule of the run from there. Throws Error{File|Format}.
    Schedule restore(RunParts& parts);
    /// Sets aside what lies after the start, cuts events and history there, and writes run.json and
    /// the first event. Rank 0 only.
    void open_line(const RunParts& parts, const Schedule& schedule,
                   const std::vector<std::string>& command);

  private:
    bool is_done() const;
    std::int64_t planned_steps() const;
    Schedule make_schedule(RunParts& parts) const;
    void say_changes() const;
    void change_line();
    protocol::train::RunFacts facts(const RunParts& parts, const Schedule& schedule) const;

    const TrainOptions& options_;
    RankTeam& team_;
    RunRecorder& recorder_;
    RunCourse& course_;
    StartPoint start_;
    protocol::train::BatchChanges changes_;  ///< of the batches since the checkpoint
};

}  // namespace univi::training
