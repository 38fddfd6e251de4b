#pragma once

#include <cstdint>
#include <optional>

#include "core/base/json.h"
#include "training/engine/batch_settings.h"
#include "training/engine/sampler.h"

namespace univi::training {

/// Where a run stands. With the options and the data it decides everything that follows: there is
/// no other random state (the order of an epoch is a function of seed and epoch, the dropout of
/// adapters one of seed, batch and rank).
struct RunPosition {
    std::int64_t step = 0;     ///< optimiser steps done
    std::int64_t batches = 0;  ///< batches used, all ranks' parts together counting as one
    /// the first sample not used yet; absent in older checkpoints
    std::optional<SamplePosition> samples;
    BatchGrid grid;
    BatchSettings made_with;    ///< what those batches were made of
    double loss_since_log = 0;  ///< sum over the steps that the history has no entry for yet
    std::int64_t steps_since_log = 0;
    double loss_total = 0;  ///< sum over all steps
    base::Json log_history = base::Json::array();
    base::Json loss_scale;         ///< fp16: LossScale::state()
    bool owes_evaluation = false;  ///< stopped before the held-out loss of `step` was measured
};

}  // namespace univi::training
