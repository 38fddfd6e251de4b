#pragma once

#include "core/base/error.h"
#include "core/model/univi_model.h"
#include "tests/support/tensors.h"
#include "tests/training/golden_run.h"
#include "tests/training/typed_events.h"
#include "training/engine/optimizer.h"
#include "training/engine/trainer.h"
#include "training/options/option_check.h"

namespace univi::training::test {

/// Stage 2 on the golden samples: four steps of two samples on tinyA-base with stage 1's projector,
/// on one thread.
inline TrainOptions stage2_options(const ScratchFolder& folder, const std::string& output = "out") {
    return golden_run_options(folder, "stage2", output);
}

inline TrainOptions lora_options(const ScratchFolder& folder, const std::string& output = "out") {
    TrainOptions options = stage2_options(folder, output);
    options.lora_enable = true;
    options.lora_r = 8;
    options.lora_alpha = 16;
    options.lora_dropout = 0.1;
    return options;
}

struct Curve {
    std::vector<double> losses, norms;
    std::map<std::string, at::Tensor> first_gradients;
};

inline Curve train(const TrainOptions& options) {
    Curve curve;
    TrainerHooks hooks;
    hooks.after_step = [&](const protocol::train::StepEvent& step) {
        curve.losses.push_back(step.loss);
        curve.norms.push_back(step.grad_norm);
    };
    hooks.before_update = [&](std::int64_t step, const AdamW& optimizer) {
        if (curve.first_gradients.empty())
            for (const auto& [name, gradient] : optimizer.gradients())
                curve.first_gradients[name] = gradient.clone();
    };
    check_options(options);
    Trainer(options, {}, {}, /*to_stdout=*/false, hooks).run();
    return curve;
}

using univi::test::relative_error;

/// Logits of some embeddings [1,L,D] through the decoder as training runs it.
inline at::Tensor logits_of(const model::UniviModel& model, bool through_cache = false) {
    const at::NoGradGuard no_grad;
    at::manual_seed(3);
    const at::Tensor visual = at::randn({6, model.config().mm_hidden_size});
    at::Tensor ids = at::arange(3, 20, at::kLong);
    const at::Tensor x =
        at::cat({model.project(visual), model.language().embed(ids)}).to(at::kFloat);
    if (through_cache) {
        model::KeyValueCache cache(model.config().language, 64, model.language().placement());
        return model.language().logits(model.language().forward(x, cache));
    }
    const at::Tensor mask = at::ones({1, x.size(0)}, at::kBool);
    return model.language()
        .logits(model.language().forward_batch(x.unsqueeze(0), mask, false))
        .squeeze(0);
}

inline std::vector<Json> events(const fs::path& run, const std::string& kind) {
    return events_of(run, kind);
}

/// Text of the error that training ends with; empty: it went through.
inline std::string training_error(const TrainOptions& options) {
    try {
        train(options);
    } catch (const base::Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace univi::training::test
