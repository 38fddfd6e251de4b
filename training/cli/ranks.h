#pragma once

#include <string>
#include <vector>

#include "training/distributed/rank_environment.h"
#include "training/options/options.h"

namespace univi::training {

/// How this call of univi-train takes part in a run.
struct StartPlan {
    RankEnvironment environment;  ///< when it trains itself
    int num_local_ranks = 1;      ///< more: it starts that many of itself and stays with them
    std::string visible_devices;  ///< CUDA_VISIBLE_DEVICES of what trains; empty: as it is
};

/// A rank when a launcher's variables say so; else what --include names. Throws Error{Usage}.
StartPlan choose_start(const TrainOptions& options);

/// Starts the ranks of `start` on this host and stays until they end. Returns the exit code.
int start_local_ranks(const TrainOptions& options, const std::vector<std::string>& command,
                      const StartPlan& start);

}  // namespace univi::training
