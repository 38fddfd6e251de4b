// The trainer's own code against the loss curves of the reference (golden train_stage1|2).
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/atomic_folder.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/safetensors.h"
#include "core/model/torch_file.h"
#include "core/model/univi_model.h"
#include "tests/support/tensors.h"
#include "tests/training/golden_run.h"
#include "training/engine/optimizer.h"
#include "training/engine/trainer.h"

namespace univi::training {
namespace {

using test::kModels;
using test::ScratchFolder;
using univi::test::relative_error;

TrainOptions golden_options(const ScratchFolder& folder, int stage) {
    TrainOptions options = test::golden_run_options(folder, "stage" + std::to_string(stage), "out");
    options.vision_tower = "openai/clip-vit-tiny-patch14";
    options.report_to = "tensorboard";
    if (stage == 1)
        options.pretrain_mm_mlp_adapter =
            (kModels / "tinyA-base-proj-init/mm_projector.bin").string();
    options.tune_mm_mlp_adapter = stage == 1;
    options.max_steps = 5;
    options.learning_rate = stage == 1 ? 2e-3 : 2e-5;
    options.warmup_ratio = 0.03;
    options.lr_scheduler_type = "cosine";
    options.placement = "reference";  // sample 10 has two pictures apart
    return options;
}

struct Curve {
    std::vector<protocol::train::StepEvent> steps;
    std::vector<std::vector<std::int64_t>> batches;
    std::map<std::string, at::Tensor> first_gradients;
};

Curve train(const TrainOptions& options) {
    Curve curve;
    TrainerHooks hooks;
    hooks.after_step = [&](const protocol::train::StepEvent& step) { curve.steps.push_back(step); };
    hooks.batch_used = [&](const std::vector<std::int64_t>& items) {
        curve.batches.push_back(items);
    };
    hooks.before_update = [&](std::int64_t step, const AdamW& optimizer) {
        if (step > 0) return;
        for (const auto& [name, gradient] : optimizer.gradients())
            curve.first_gradients[name] = gradient.clone();
    };
    Trainer(options, {}, {}, /*to_stdout=*/false, hooks).run();
    return curve;
}

class GoldenTraining : public ::testing::TestWithParam<int> {};

TEST_P(GoldenTraining, LossCurveGradientAndWeights) {
    const int stage = GetParam();
    ScratchFolder folder;
    TrainOptions options = golden_options(folder, stage);
    options.save_dtype = "fp32";
    const std::string name = "train_stage" + std::to_string(stage);
    const auto golden = test::read_json(test::golden() / "data" / (name + ".json"));
    const auto tensors = model::read_safetensors(test::golden() / "data" / (name + ".safetensors"));
    const Curve curve = train(options);

    ASSERT_EQ(curve.steps.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
        const auto& expected = golden["history"][i];
        EXPECT_EQ(curve.batches[i], expected["samples"].get<std::vector<std::int64_t>>());
        const double loss = expected["loss"], norm = expected["grad_norm_before_clip"];
        EXPECT_NEAR(curve.steps[i].loss / loss, 1, 1e-3) << "step " << i;
        EXPECT_NEAR(curve.steps[i].grad_norm / norm, 1, 1e-3) << "step " << i;
        EXPECT_NEAR(curve.steps[i].learning_rate, expected["lr"].get<double>(), 1e-12);
    }
    for (const char* each : {"model.mm_projector.weight", "model.mm_projector.bias"}) {
        const auto expected =
            model::to_tensor(tensors.at("step0/grad_after_clip/" + std::string(each)));
        EXPECT_LT(relative_error(curve.first_gradients.at(each), expected), 1e-3) << each;
    }

    const auto saved = stage == 1 ? model::read_torch_file(folder / "out/mm_projector.bin")
                                  : model::read_safetensors(folder / "out/model.safetensors");
    int compared = 0;
    for (const auto& [key, view] : tensors) {
        if (!key.starts_with("final/")) continue;
        const at::Tensor ours = model::to_tensor(saved.at(key.substr(6))),
                         expected = model::to_tensor(view);
        // AdamW's first updates are sign-like: an element whose gradient is rounding noise may go
        // the other way, by at most the sum of the rates. The tensor as a whole agrees far better.
        double sum_of_rates = 0;
        for (const auto& step : curve.steps) sum_of_rates += step.learning_rate;
        EXPECT_LE((ours - expected).abs().max().item<double>(), 2 * sum_of_rates) << key;
        EXPECT_LT(relative_error(ours, expected), stage == 1 ? 1e-3 : 1e-5) << key;
        ++compared;
    }
    EXPECT_GE(compared, 2);
}

INSTANTIATE_TEST_SUITE_P(Stages, GoldenTraining, ::testing::Values(1, 2));

TEST(Training, InterleavedEqualsReferenceWhereOnePlaceIsUsed) {
    ScratchFolder a, b;
    TrainOptions options = golden_options(a, 2);
    options.max_steps = 3;  // the first three batches have one run of placeholders a sample
    TrainOptions interleaved = golden_options(b, 2);
    interleaved.placement = "interleaved";
    interleaved.max_steps = 3;
    const Curve one = train(options), two = train(interleaved);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(one.steps[i].loss, two.steps[i].loss);
}

TEST(Training, GradientCheckpointingChangesNothing) {
    ScratchFolder a, b;
    TrainOptions options = golden_options(a, 2), checkpointed = golden_options(b, 2);
    checkpointed.gradient_checkpointing = true;
    const Curve one = train(options), two = train(checkpointed);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(one.steps[i].loss, two.steps[i].loss);
        EXPECT_EQ(one.steps[i].grad_norm, two.steps[i].grad_norm);
    }
}

TEST(Training, AccumulationIsTheMeanOfTheBatchesMeans) {
    ScratchFolder a, b;
    TrainOptions options = golden_options(a, 1);
    options.learning_rate = 0;  // both see the same weights
    options.max_steps = 2;
    const Curve two_steps = train(options);
    TrainOptions accumulated = golden_options(b, 1);
    accumulated.learning_rate = 0;
    accumulated.gradient_accumulation_steps = 2;
    accumulated.max_steps = 1;
    const Curve one_step = train(accumulated);
    EXPECT_NEAR(one_step.steps[0].loss, (two_steps.steps[0].loss + two_steps.steps[1].loss) / 2,
                1e-5);
}

TEST(Training, Bf16StaysNearFp32) {
    ScratchFolder a, b;
    TrainOptions bf16 = golden_options(b, 2);
    bf16.bf16 = true;
    const Curve exact = train(golden_options(a, 2)), rounded = train(bf16);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_NEAR(rounded.steps[i].loss / exact.steps[i].loss, 1, 0.03);
        EXPECT_NEAR(rounded.steps[i].grad_norm / exact.steps[i].grad_norm, 1, 0.2);
    }
}

TEST(Training, CachedVisualTokensGiveTheSameRun) {
    ScratchFolder a, b, c;
    TrainOptions options = golden_options(a, 2), cold = golden_options(b, 2),
                 warm = golden_options(c, 2);
    cold.visual_token_cache = warm.visual_token_cache = (a / "cache").string();
    const Curve plain = train(options), first = train(cold), second = train(warm);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_EQ(plain.steps[i].loss, first.steps[i].loss);
        EXPECT_EQ(plain.steps[i].loss, second.steps[i].loss);
    }
}

TEST(Training, FrozenPartsStay) {
    ScratchFolder folder;
    TrainOptions options = golden_options(folder, 2);
    options.freeze_backbone = true;
    options.freeze_mm_mlp_adapter = true;
    options.save_dtype = "fp32";
    const Curve curve = train(options);
    ASSERT_EQ(curve.first_gradients.size(), 1U);
    EXPECT_TRUE(curve.first_gradients.contains("lm_head.weight"));
    const auto saved = model::read_safetensors(folder / "out/model.safetensors");
    const auto base = model::read_checkpoint_folder(kModels / "tinyA-base");
    for (const char* name :
         {"model.embed_tokens.weight", "model.layers.1.mlp.up_proj.weight", "model.norm.weight"})
        EXPECT_TRUE(
            model::to_tensor(saved.at(name)).equal(model::to_tensor(base.at(name)).to(at::kFloat)))
            << name;
    EXPECT_FALSE(model::to_tensor(saved.at("lm_head.weight"))
                     .equal(model::to_tensor(base.at("lm_head.weight")).to(at::kFloat)));
}

TEST(Training, Stage1FeedsStage2AndTheResultLoads) {
    ScratchFolder folder;
    TrainOptions first = golden_options(folder, 1);
    first.output_dir = (folder / "stage1").string();
    train(first);
    const auto stage1 = model::read_torch_file(folder / "stage1/mm_projector.bin");
    ASSERT_EQ(stage1.size(), 2U);
    TrainOptions second = golden_options(folder, 2);
    second.pretrain_mm_mlp_adapter = (folder / "stage1/mm_projector.bin").string();
    second.output_dir = (folder / "stage2").string();
    second.learning_rate = 0;  // so that the projector must come out as it went in
    second.save_dtype = "fp32";
    train(second);

    model::LoadOptions load;
    load.model = folder / "stage2";
    load.vision_tower = kModels / "openai/clip-vit-tiny-patch14";
    const auto result = model::UniviModel::load(load);
    EXPECT_TRUE(result->missing().empty());
    for (const auto& [name, tensor] : result->projector_parameters())
        EXPECT_TRUE(tensor.equal(model::to_tensor(stage1.at(name)))) << name;
    for (const char* file : {"generation_config.json", "tokenizer.model", "tokenizer_config.json",
                             "special_tokens_map.json"})
        EXPECT_TRUE(test::fs::exists(folder / "stage2" / file)) << file;
}

TEST(Training, SavedConfigAndNamesAreTheReferences) {
    ScratchFolder folder;
    TrainOptions options = golden_options(folder, 2);
    options.max_steps = 1;
    train(options);
    auto ours = test::read_json(folder / "out/config.json");
    auto expected = test::read_json(kModels / "tinyA/config.json");
    EXPECT_EQ(ours, expected);
    // The full checkpoint of the reference holds the same tensors, but for the tables of
    // the rotary embedding.
    const auto saved = model::read_safetensors(folder / "out/model.safetensors");
    for (const auto& [name, view] : model::read_checkpoint_folder(kModels / "tinyA")) {
        if (name.find("rotary_emb") != std::string::npos ||
            name.find("position_ids") != std::string::npos)
            continue;
        ASSERT_TRUE(saved.contains(name)) << name;
        EXPECT_EQ(saved.at(name).shape, view.shape) << name;
        EXPECT_EQ(saved.at(name).dtype, view.dtype) << name;
    }
}

TEST(Training, RunFolderHoldsTheContract) {
    ScratchFolder folder;
    TrainOptions options = golden_options(folder, 1);
    options.save_strategy = "steps";
    options.save_steps = 2;
    options.save_total_limit = 1;
    const Curve curve = train(options);
    const auto out = folder / "out";
    EXPECT_EQ(test::read_json(out / "run.json")["options"]["learning_rate"], 2e-3);
    const auto state = test::read_json(out / "trainer_state.json");
    EXPECT_EQ(state["global_step"], 5);
    EXPECT_EQ(state["log_history"].size(), 6U);  // five entries and the summary
    EXPECT_EQ(state["log_history"][1]["loss"], curve.steps[1].loss);
    EXPECT_TRUE(test::fs::exists(out / "checkpoint-4"));
    EXPECT_FALSE(test::fs::exists(out / "checkpoint-2"));
    EXPECT_EQ(base::verify_manifest(out / "checkpoint-4"), "");
    EXPECT_TRUE(test::fs::exists(out / "log.txt"));
    EXPECT_FALSE(test::fs::exists(out / "pid"));  // only while it runs
    EXPECT_FALSE(test::fs::is_empty(out / "runs"));
    std::istringstream events(base::read_file(out / "events.jsonl"));
    std::map<std::string, int> kinds;
    for (std::string line; std::getline(events, line);)
        ++kinds[test::Json::parse(line)["event"].get<std::string>()];
    EXPECT_EQ(kinds["step"], 5);
    EXPECT_EQ(kinds["start"], 1);
    EXPECT_EQ(kinds["checkpoint"], 2);
    EXPECT_EQ(kinds["done"], 1);
}

}  // namespace
}  // namespace univi::training
