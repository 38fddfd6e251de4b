#pragma once

#include <memory>

#include "training/distributed/rank_team.h"
#include "training/engine/run_recorder.h"

namespace univi::training {

/// Meets the other ranks of a run, with the number of threads and the device that this rank gets.
/// Where another rank is lost while this one waits for it, `recorder` gets the last event and the
/// process is ended. Throws Error{Device|Usage}.
std::unique_ptr<RankTeam> join_ranks(const TrainOptions& options,
                                     const RankEnvironment& environment, RunRecorder& recorder);

}  // namespace univi::training
