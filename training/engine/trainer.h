#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/protocol/train_protocol.h"
#include "training/engine/options.h"

namespace univi::training {

class AdamW;

/// What happens around a step, for tests and programs that look on. Called on the trainer's thread.
struct TrainerHooks {
    /// After clipping, before the update; `step` from 0.
    std::function<void(std::int64_t step, const AdamW& optimizer)> before_update;
    std::function<void(const protocol::TrainStep& step)> after_step;
    /// Items of each batch, as used.
    std::function<void(const std::vector<std::int64_t>& items)> batch_used;
};

struct TrainResult {
    std::int64_t step = 0;   ///< optimiser steps done in all
    bool is_stopped = false; ///< a stop was asked for; a checkpoint holds the position
};

/// One run of univi-train in one process: loads the base, trains stage 1 or 2, keeps the run folder, resumes from the newest
/// whole checkpoint in it, writes the result. Lives on one thread.
class Trainer {
  public:
    /// `command`: for run.json. Events go to events.jsonl and, if `to_stdout`, to stdout.
    Trainer(TrainOptions options, std::vector<std::string> command, base::StopToken stop, bool to_stdout,
            TrainerHooks hooks = {});
    ~Trainer();
    /// Throws Error with one sentence; it is also the last event of the run folder.
    TrainResult run();

  private:
    struct Run;
    std::unique_ptr<Run> run_;
};

}  // namespace univi::training
