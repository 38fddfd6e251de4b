#pragma once

#include <ATen/core/Tensor.h>

#include "core/model/language_model.h"
#include "training/distributed/parameter_optimizer.h"

namespace univi::training {

/// Samples of a step over all ranks, and tokens of each.
inline constexpr std::int64_t kStepSamples = 2, kStepTokens = 384;

/// Random ids [samples, kStepTokens].
at::Tensor step_tokens(const model::LanguageConfig& config, std::int64_t samples,
                       std::uint64_t seed);

/// One step of `ranks` processes: forward, loss on all text, backward, clip, update.
void take_step(const model::LanguageModel& language, ParameterOptimizer& optimizer,
               const at::Tensor& ids, int ranks);

}  // namespace univi::training
