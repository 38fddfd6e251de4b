#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/protocol/train_protocol.h"
#include "training/distributed/rank_environment.h"
#include "training/options/options.h"

namespace univi::training {

class AdamW;

/// What happens around a step, for tests and programs that look on. Called on the trainer's thread.
struct TrainerHooks {
    /// After clipping, before the update; `step` from 0. Only of runs in one process.
    std::function<void(std::int64_t step, const AdamW& optimizer)> before_update;
    std::function<void(const protocol::train::StepEvent& step)> after_step;
    /// Items of each batch, as used; once more when --auto_micro_batch repeats a step.
    std::function<void(const std::vector<std::int64_t>& items)> batch_used;
    /// Before a micro-batch of `samples` goes through the model; what it throws counts
    /// as thrown there.
    std::function<void(std::int64_t step, std::int64_t samples)> before_forward;
    /// Asked after every step: true once for each wish to save now (SIGUSR1).
    std::function<bool()> save_wanted;
};

struct TrainResult {
    std::int64_t step = 0;    ///< optimiser steps done in all
    bool is_stopped = false;  ///< a stop was asked for; a checkpoint holds the position
};

/// One rank of a run of univi-train: loads the base, trains stage 1 or 2, keeps the run
/// folder (rank 0), resumes from the newest whole checkpoint in it, writes the result. Lives
/// on one thread.
class Trainer {
  public:
    /// `command`: for run.json. Events go to events.jsonl and, if `to_stdout`, to stdout.
    /// `environment`: which of how many processes this is; with several, the process is ended from
    /// within when another rank is lost while this one waits for it.
    Trainer(TrainOptions options, std::vector<std::string> command, base::StopToken stop,
            bool to_stdout, TrainerHooks hooks = {}, RankEnvironment environment = {});
    ~Trainer();
    /// Throws Error with one sentence; it is also the last event of the run folder.
    TrainResult run();

  private:
    struct Run;
    std::unique_ptr<Run> run_;
};

}  // namespace univi::training
