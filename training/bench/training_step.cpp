#include "training/bench/training_step.h"

#include <ATen/ATen.h>

namespace univi::training {

at::Tensor step_tokens(const model::LanguageConfig& config, std::int64_t samples,
                       std::uint64_t seed) {
    at::manual_seed(seed);
    return at::randint(3, config.vocab_size, {samples, kStepTokens}, c10::kLong);
}

void take_step(const model::LanguageModel& language, ParameterOptimizer& optimizer,
               const at::Tensor& ids, int ranks) {
    optimizer.begin_batch(true);
    const at::Tensor mask = at::ones(ids.sizes(), ids.options().dtype(c10::kBool));
    const at::Tensor hidden =
        language.forward_batch(language.embed(ids), mask, false, optimizer.layer_hooks());
    const std::int64_t predicting = ids.size(1) - 1;
    const at::Tensor chosen =
        hidden.narrow(1, 0, predicting).reshape({-1, language.config().hidden_size});
    const at::Tensor loss =
        at::cross_entropy_loss(language.logits(chosen), ids.narrow(1, 1, predicting).reshape({-1}));
    (loss * (1.0 / ranks)).backward();
    optimizer.end_batch();
    optimizer.clip_gradients(1);
    optimizer.step(1e-4);
}

}  // namespace univi::training
