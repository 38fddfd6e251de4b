#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/protocol/train_protocol.h"
#include "training/engine/sampler.h"
#include "training/options/schedule.h"

namespace univi::training {

/// What the batches of a run are made of; a resumed run may change each of them.
struct BatchSettings {
    std::int64_t batch_size = 1;    ///< samples of a batch over all ranks
    std::int64_t accumulation = 1;  ///< batches of an optimiser step
    std::int64_t ranks = 0;         ///< 0: not known (a checkpoint of an older program)
    std::int64_t num_samples = 0;   ///< of the data; 0: not known
    bool drop_last = false;
};

/// Where a checkpoint stands, as it was saved.
struct SavedPlace {
    std::int64_t step = 0, batches = 0;
    std::optional<SamplePosition> samples{};  ///< absent in checkpoints of older programs
    BatchGrid grid{};
    BatchSettings made_with{};
};

/// The grid of a run that goes on at `saved` with the sizes of `share` and `accumulation`: the
/// saved one when they are the same, else one that begins at the first sample not used yet.
BatchGrid fit_grid(const SavedPlace& saved, const RankShare& share, std::int64_t accumulation);

/// Optimiser steps of the whole run whose batches are those of `share`: `plan`'s, unless the run
/// changed its batches on the way; then those done by then and what the epochs still hold.
std::int64_t total_steps(const StepPlan& plan, const RankShare& share, std::int64_t accumulation,
                         double num_epochs, std::int64_t max_steps);

/// What a checkpoint was made with otherwise.
protocol::train::BatchChanges batch_changes(const BatchSettings& before, const BatchSettings& now);
/// The same in words: "samples a batch 2 → 4 (2 → 1 ranks), batches a step 3 → 1".
std::string describe_changes(const protocol::train::BatchChanges& changes);

}  // namespace univi::training
