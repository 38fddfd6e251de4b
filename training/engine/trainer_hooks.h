#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/protocol/train_protocol.h"

namespace univi::training {

class AdamW;

/// What happens around a step, for tests and programs that look on. Called on the trainer's thread.
struct TrainerHooks {
    /// After clipping, before the update; `step` from 0. Only of runs in one process.
    std::function<void(std::int64_t step, const AdamW& optimizer)> before_update;
    std::function<void(const protocol::train::StepEvent& step)> after_step;
    /// Items of each batch, as used; once more when --auto_micro_batch repeats a step.
    std::function<void(const std::vector<std::int64_t>& items)> batch_used;
    /// Before a micro-batch of `samples` goes through the model; what it throws is treated as an
    /// error of the forward pass.
    std::function<void(std::int64_t step, std::int64_t samples)> before_forward;
    /// Asked after every step: true once for each wish to save now (SIGUSR1).
    std::function<bool()> save_wanted;
};

}  // namespace univi::training
