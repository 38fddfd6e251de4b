// Adapters over ranks: stages 0 to 3 against one process that adds their batches up.
#include <gtest/gtest.h>

#include <ATen/Parallel.h>

#include <mutex>

#include "rank_threads.h"
#include "tests/core/model/tiny_language.h"
#include "training/distributed/zero_optimizer.h"
#include "training/engine/optimizer.h"

namespace univi::training {
namespace {

using model::LanguageModel;
using model::NamedTensors;

constexpr int kSteps = 4;

struct Case {
    int stage = 0, ranks = 2;
    bool recompute = false;
    std::optional<model::Quantization> quantize;
};

std::unique_ptr<LanguageModel> make_model(const Case& test) {
    model::PlacementOptions placement;
    placement.materialize = true;
    placement.quantize = test.quantize;
    auto result = std::make_unique<LanguageModel>(
        model::test::random_language(model::test::small_config(), placement));
    result->add_adapters({4, 8, 0.2, 21});
    return result;
}

NamedTensors all_of(const LanguageModel& model) {
    NamedTensors all = model.parameters();
    all.insert(all.end(), model.adapter_parameters().begin(), model.adapter_parameters().end());
    return all;
}

at::Tensor loss_of(LanguageModel& model, int index, bool recompute, model::LayerHooks* hooks) {
    at::Tensor ids = at::empty({2, 10}, at::kLong);
    for (std::int64_t i = 0; i < ids.numel(); ++i)
        ids.mutable_data_ptr<std::int64_t>()[i] = (i * 7 + index * 13 + i * i) % 50;
    model.set_dropout_key(static_cast<std::uint64_t>(index));
    const at::Tensor hidden =
        model.forward_batch(model.embed(ids), at::ones({2, 10}, at::kBool), recompute, hooks);
    return at::cross_entropy_loss(model.logits(hidden.reshape({-1, 64})),
                                  ids.roll({-1}, {1}).reshape({-1}));
}

std::map<std::string, at::Tensor> train(LanguageModel& model, ParameterOptimizer& optimizer,
                                        const Case& test, int rank, int ranks) {
    const int parts = test.ranks / ranks;
    for (int step = 0; step < kSteps; ++step) {
        for (int part = 0; part < parts; ++part) {
            optimizer.begin_batch(part + 1 == parts);
            const int index = step * test.ranks + part + rank;
            (loss_of(model, index, test.recompute, optimizer.layer_hooks()) * (1.0 / test.ranks))
                .backward();
            optimizer.end_batch();
        }
        optimizer.clip_gradients(0.5);
        optimizer.step(0.01);
    }
    std::map<std::string, at::Tensor> weights;
    optimizer.visit_weights([&](const std::string& name, const at::Tensor& value) {
        weights[name] = value.detach().clone();
    });
    return weights;
}

class ZeroAdapters : public ::testing::TestWithParam<Case> {};

TEST_P(ZeroAdapters, EqualOneProcess) {
    at::set_num_threads(1);
    const Case& test = GetParam();
    const auto alone = make_model(test);
    AdamW whole(alone->adapter_parameters(), {});
    const auto expected = train(*alone, whole, test, 0, 1);
    std::vector<std::unique_ptr<LanguageModel>> models;
    for (int i = 0; i < test.ranks; ++i) models.push_back(make_model(test));
    std::map<std::string, at::Tensor> ours;
    std::mutex mutex;
    test::run_ranks(test.ranks, [&](ProcessGroup& group) {
        LanguageModel& model = *models[static_cast<std::size_t>(group.rank())];
        const NamedTensors all = all_of(model);
        std::vector<bool> is_trained;
        for (const auto& [name, tensor] : all)
            is_trained.push_back(name.find(".lora_") != std::string::npos);
        ZeroOptions options;
        options.stage = test.stage;
        options.bucket_elements = 2000;
        ZeroOptimizer optimizer(all, is_trained, group, {}, options);
        std::int64_t elements = 0;
        for (const auto& [name, tensor] : alone->adapter_parameters()) elements += tensor.numel();
        EXPECT_EQ(optimizer.trained_elements(), elements);
        auto weights = train(model, optimizer, test, group.rank(), test.ranks);
        const std::lock_guard lock(mutex);
        if (group.rank() == 0) ours = std::move(weights);
    });
    ASSERT_EQ(expected.size(), 42u);
    for (const auto& [name, weight] : expected)
        EXPECT_LT(((ours.at(name) - weight).norm() / (weight.norm() + 1e-3)).item<double>(), 1e-4)
            << name;
}

std::vector<Case> cases() {
    std::vector<Case> result;
    for (int stage = 0; stage <= 3; ++stage)
        for (const bool recompute : {false, true}) result.push_back({stage, 2, recompute, {}});
    result.push_back({2, 3, true, {}});
    for (int stage = 0; stage <= 2; ++stage)
        result.push_back(
            {stage, 2, true, model::Quantization{model::Quantization::Kind::Nf4, true}});
    return result;
}

INSTANTIATE_TEST_SUITE_P(Stages, ZeroAdapters, ::testing::ValuesIn(cases()), [](const auto& info) {
    return "Stage" + std::to_string(info.param.stage) + "Ranks" + std::to_string(info.param.ranks) +
           (info.param.recompute ? "Recompute" : "") + (info.param.quantize ? "Nf4" : "");
});

}  // namespace
}  // namespace univi::training
