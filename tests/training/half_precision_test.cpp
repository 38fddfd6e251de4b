// fp16 with loss scaling, and the vision tower trained along.
#include <gmock/gmock.h>

#include "core/base/sha256.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/safetensors.h"
#include "core/model/torch_file.h"
#include "stage2_support.h"
#include "training/engine/loss_scale.h"
#include "training/engine/run_setup.h"
#include "training/engine/visual_encoder.h"

namespace univi::training {
namespace {

using test::kModels;
using test::ScratchFolder;
using test::stage2_options;
using test::train;
using ::testing::HasSubstr;

LossScaleConfig small_scale() {
    LossScaleConfig config;
    config.initial_scale_power = 4;
    config.loss_scale_window = 3;
    config.hysteresis = 2;
    return config;
}

TEST(LossScale, FollowsDeepSpeed) {
    LossScale scale(small_scale());
    EXPECT_EQ(scale.value(), 16);
    scale.update(true);  // uses the hysteresis up
    EXPECT_EQ(scale.value(), 16);
    scale.update(true);
    EXPECT_EQ(scale.value(), 8);
    scale.update(true);
    EXPECT_EQ(scale.value(), 4);
    // doubles every third step after the last overflow
    for (const double expected : {4, 4, 8, 8, 8, 16}) {
        scale.update(false);
        EXPECT_EQ(scale.value(), expected);
    }
    scale.update(true);  // the hysteresis is back
    EXPECT_EQ(scale.value(), 16);
}

TEST(LossScale, HasALeastValueAndAFixedForm) {
    LossScaleConfig config = small_scale();
    config.hysteresis = 1;
    config.min_loss_scale = 4;
    LossScale scale(config);
    for (int i = 0; i < 5; ++i) scale.update(true);
    EXPECT_EQ(scale.value(), 4);
    EXPECT_FALSE(scale.can_shrink());
    config.loss_scale = 128;
    LossScale fixed(config);
    fixed.update(true);
    fixed.update(false);
    EXPECT_EQ(fixed.value(), 128);
    EXPECT_FALSE(fixed.can_shrink());
}

TEST(LossScale, GoesOnFromItsState) {
    LossScale one(small_scale()), two(small_scale());
    for (const bool overflow : {true, false, true, false}) one.update(overflow);
    two.restore(one.state());
    for (const bool overflow : {false, true, true, false, false, false}) {
        one.update(overflow);
        two.update(overflow);
        EXPECT_EQ(one.state(), two.state());
    }
    EXPECT_THROW(two.restore({{"value", 1}}), base::Error);
    EXPECT_THROW(
        two.restore({{"value", -1.0}, {"steps", 0}, {"last_overflow", 0}, {"hysteresis", 0}}),
        base::Error);
}

TEST(Fp16, StaysNearFp32) {
    ScratchFolder folder;
    TrainOptions options = stage2_options(folder, "whole"), half = stage2_options(folder, "half");
    options.learning_rate = half.learning_rate = 2e-5;
    half.fp16 = true;
    const test::Curve exact = train(options), rounded = train(half);
    for (std::size_t i = 0; i < exact.losses.size(); ++i) {
        EXPECT_NEAR(rounded.losses[i] / exact.losses[i], 1, 0.01) << "step " << i;
        EXPECT_NEAR(rounded.norms[i] / exact.norms[i], 1, 0.05) << "step " << i;
    }
    EXPECT_TRUE(test::events(folder / "half", "overflow").empty());
    EXPECT_EQ(test::events(folder / "half", "start").at(0)["dtype"], "fp16");
}

/// The base in fp32, trained in bf16: what is frozen is written as it was, not as it was rounded to
/// be computed with.
TEST(Bf16, FrozenWeightsKeepTheirBits) {
    ScratchFolder folder;
    TrainOptions options = stage2_options(folder);
    options.bf16 = true;
    options.max_steps = 2;
    options.save_strategy = "steps";
    options.save_steps = 1;
    options.save_dtype = "fp32";
    options.freeze_parameters = "model.embed_tokens.*,model.layers.0.*";
    options.model_name_or_path = (folder / "base").string();
    test::fs::copy(kModels / "tinyA-base", folder / "base", test::fs::copy_options::recursive);
    auto weights = model::read_checkpoint_folder(folder / "base");
    at::manual_seed(4);
    for (auto& [name, view] : weights) {  // values that 16 bits cannot hold
        const at::Tensor exact = model::to_tensor(view).to(at::kFloat);
        view = model::to_view(exact * (1 + at::rand_like(exact) * 1e-3));
    }
    for (const auto& entry : test::fs::directory_iterator(folder / "base"))
        if (entry.path().filename().string().starts_with("pytorch_model"))
            test::fs::remove(entry.path());
    test::fs::remove(folder / "base/model.safetensors");
    model::write_safetensors(folder / "base/model.safetensors", weights);
    train(options);
    const std::string tower = "model.vision_tower.vision_tower.";
    for (const char* run : {"out", "out/checkpoint-1"}) {
        const auto saved = model::read_checkpoint_folder(folder / run);
        int frozen = 0;
        for (const auto& [name, view] : weights) {
            if (!name.starts_with("model.embed_tokens.") && !name.starts_with("model.layers.0."))
                continue;
            if (name.ends_with("inv_freq")) continue;  // no weight
            ++frozen;
            EXPECT_TRUE(model::to_tensor(saved.at(name)).equal(model::to_tensor(view)))
                << run << " " << name;
        }
        EXPECT_EQ(frozen, 10);
        EXPECT_FALSE(model::to_tensor(saved.at("lm_head.weight"))
                         .equal(model::to_tensor(weights.at("lm_head.weight"))));
    }
    const auto saved = model::read_safetensors(folder / "out/model.safetensors");
    for (const auto& [name, view] : model::read_checkpoint_folder(options.vision_tower))
        if (name.starts_with("vision_model.") && saved.contains(tower + name)) {
            EXPECT_TRUE(model::to_tensor(saved.at(tower + name))
                            .equal(model::to_tensor(view).to(at::kFloat)))
                << name;
        }
}

TrainOptions overflowing(const ScratchFolder& folder, const std::string& output,
                         const std::string& fp16) {
    TrainOptions options = stage2_options(folder, output);
    options.fp16 = true;
    options.max_steps = 6;
    options.learning_rate = 2e-5;
    test::write(
        folder / "scale.json",
        R"({"zero_optimization": {"stage": 0}, "fp16": {"enabled": "auto", )" + fp16 + "}}");
    options.deepspeed = (folder / "scale.json").string();
    return options;
}

TEST(Fp16, OverflowSkipsTheStepAndHalvesTheScale) {
    ScratchFolder folder;
    TrainOptions options =
        overflowing(folder, "out", R"("initial_scale_power": 40, "hysteresis": 1)");
    options.save_strategy = "steps";
    options.save_steps = 2;
    train(options);
    const auto overflows = test::events(folder / "out", "overflow");
    ASSERT_EQ(overflows.size(), 6u);
    EXPECT_EQ(overflows[0]["step"], 1);
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(overflows[static_cast<std::size_t>(i)]["loss_scale"], std::ldexp(1.0, 40 - i));
        EXPECT_EQ(overflows[static_cast<std::size_t>(i)]["next"], std::ldexp(1.0, 39 - i));
    }
    const auto training = test::read_json(folder / "out/checkpoint-4/training.json");
    EXPECT_EQ(training["loss_scale"]["value"], std::ldexp(1.0, 36));
    EXPECT_EQ(training["updates"], 0);
    // No step was made: the weights are the base's.
    const auto saved = model::read_safetensors(folder / "out/model.safetensors");
    const auto base = model::read_checkpoint_folder(kModels / "tinyA-base");
    EXPECT_TRUE(model::to_tensor(saved.at("model.norm.weight"))
                    .equal(model::to_tensor(base.at("model.norm.weight"))));
    // Resumed, the scale goes on where it stood.
    TrainOptions rest = options;
    rest.output_dir = (folder / "rest").string();
    rest.resume_from_checkpoint = (folder / "out/checkpoint-4").string();
    train(rest);
    EXPECT_EQ(test::events(folder / "rest", "overflow").at(0)["loss_scale"], std::ldexp(1.0, 36));
}

TEST(Fp16, RecoversFromAScaleThatWasTooHigh) {
    ScratchFolder folder;
    const auto base = model::read_checkpoint_folder(kModels / "tinyA-base");
    TrainOptions options =
        overflowing(folder, "out", R"("initial_scale_power": 23, "hysteresis": 1)");
    options.max_steps = 12;
    options.save_dtype = "fp32";
    options.save_strategy = "steps";
    options.save_steps = 6;
    const test::Curve whole = train(options);
    const auto overflows = test::events(folder / "out", "overflow");
    EXPECT_GE(overflows.size(), 1u);
    EXPECT_LE(overflows.size(), 11u);
    EXPECT_EQ(test::read_json(folder / "out/checkpoint-12/training.json")["updates"],
              12 - static_cast<int>(overflows.size()));
    TrainOptions rest = options;
    rest.output_dir = (folder / "rest").string();
    rest.resume_from_checkpoint = (folder / "out/checkpoint-6").string();
    const test::Curve resumed = train(rest);
    EXPECT_EQ(resumed.losses.back(), whole.losses.back());
    EXPECT_EQ(base::sha256_file_hex(folder / "rest/model.safetensors"),
              base::sha256_file_hex(folder / "out/model.safetensors"));
}

TEST(Fp16, AFixedScaleThatOverflowsEndsTheRun) {
    ScratchFolder folder;
    EXPECT_THAT(test::training_error(overflowing(folder, "out", R"("loss_scale": 1e12)")),
                HasSubstr("no longer a number"));
    const auto error = test::events(folder / "out", "error").at(0);
    EXPECT_EQ(error.at("fault"), "not_a_number");
    EXPECT_FALSE(error.at("items").empty());
}

at::Tensor tower_weight(const model::UniviModel& model, const std::string& wanted) {
    for (const auto& [name, tensor] : model.vision()->parameters())
        if (name == wanted) return tensor;
    return {};
}

/// A picture, and a video of five frames, of seeded noise in blocks.
SampleMedium noise_medium(int frames) {
    SampleMedium medium;
    medium.placeholders = frames;
    std::uint32_t state = 17;
    for (int f = 0; f < frames; ++f) {
        media::Image image{224, 224, std::vector<std::uint8_t>(std::size_t{224} * 224 * 3)};
        for (int block = 0; block < 32 * 32; ++block) {
            state = state * 1664525 + 1013904223;
            for (int i = 0; i < 7 * 7; ++i)
                for (std::size_t c = 0; c < 3; ++c)
                    image.rgb[(std::size_t(block / 32 * 7 + i / 7) * 224 +
                               std::size_t(block % 32 * 7 + i % 7)) *
                                  3 +
                              c] = static_cast<std::uint8_t>(state >> (8 + 8 * c));
        }
        medium.crops.push_back(std::move(image));
    }
    return medium;
}

/// The change of a weighted sum of visual tokens along the tower's gradient against the difference
/// of two passes: the graph goes through all merging, of pictures and events. The step is so small
/// that no token changes its cluster.
TEST(VisionTune, GradientIsTheSlope) {
    model::LoadOptions load;
    load.model = kModels / "tinyA-base";
    load.vision_tower = kModels / "openai/clip-vit-tiny-patch14";
    load.allow_missing_projector = true;
    load.placement.materialize = true;
    const auto model = model::UniviModel::load(load);
    at::Tensor weight = tower_weight(*model, "encoder.layers.2.mlp.fc2.weight");
    weight.set_requires_grad(true);
    const VisualEncoder tuned(*model, -2, {}, nullptr, /*is_trained=*/true),
        frozen(*model, -2, {}, nullptr);
    for (const int frames : {1, 5}) {
        weight.mutable_grad().reset();
        SampleMedium medium = noise_medium(frames);
        const at::Tensor tokens = tuned.encode(medium);
        EXPECT_FALSE(frozen.encode(medium).requires_grad());
        at::manual_seed(2);
        const at::Tensor weights = at::randn(tokens.sizes());
        const auto value = [&] {
            const at::NoGradGuard no_grad;
            return (tuned.encode(medium) * weights).to(at::kDouble).sum().item<double>();
        };
        (tokens * weights).sum().backward();
        const at::Tensor gradient = weight.grad().clone();
        const double length = gradient.norm().item<double>(),
                     step = 1e-5 * weight.norm().item<double>();
        const at::Tensor before = weight.detach().clone();
        weight.detach().copy_(before + gradient * (step / length));
        const double above = value();
        weight.detach().copy_(before - gradient * (step / length));
        const double slope = (above - value()) / (2 * step);
        weight.detach().copy_(before);
        EXPECT_GT(length, 0);
        EXPECT_NEAR(slope / length, 1, 0.02) << frames << " frames";
    }
}

TEST(VisionTune, TrainsSavesAndLoadsTheTower) {
    ScratchFolder folder;
    TrainOptions options = stage2_options(folder);
    options.vision_tune = true;
    options.save_dtype = "fp32";
    options.save_strategy = "steps";
    options.save_steps = 2;
    const test::Curve curve = train(options);
    const std::string prefix = "model.vision_tower.vision_tower.vision_model.";
    const auto gradient = [&](const std::string& name) {
        return curve.first_gradients.at(prefix + name).norm().item<double>();
    };
    EXPECT_GT(gradient("embeddings.patch_embedding.weight"), 0);
    EXPECT_GT(gradient("encoder.layers.2.mlp.fc2.weight"), 0);
    // behind the state that is used
    EXPECT_FALSE(curve.first_gradients.contains(prefix + "encoder.layers.3.mlp.fc2.weight"));

    model::LoadOptions load;
    load.model = kModels / "tinyA-base";
    load.vision_tower = options.vision_tower;
    load.allow_missing_projector = true;
    const auto before = model::UniviModel::load(load);
    load = {};
    load.model = folder / "out";
    const auto after = model::UniviModel::load(load);
    EXPECT_EQ(after->vision_tower_folder(), folder / "out" / "vision_tower");
    EXPECT_TRUE(test::fs::exists(folder / "out/vision_tower/preprocessor_config.json"));
    const auto saved = model::read_safetensors(folder / "out/model.safetensors");
    for (const char* name :
         {"embeddings.patch_embedding.weight", "encoder.layers.0.self_attn.q_proj.weight"}) {
        EXPECT_FALSE(tower_weight(*after, name).equal(tower_weight(*before, name))) << name;
        EXPECT_TRUE(tower_weight(*after, name).equal(model::to_tensor(saved.at(prefix + name))))
            << name;
    }
    const char* unused = "encoder.layers.3.mlp.fc2.weight";
    EXPECT_TRUE(tower_weight(*after, unused).equal(tower_weight(*before, unused)));
    EXPECT_EQ(test::read_json(folder / "out/config.json")["config"]["vision_tune"], true);
    EXPECT_EQ(test::read_json(folder / "out/config.json")["mm_vision_tower"], "out/vision_tower");

    TrainOptions rest = options;
    rest.output_dir = (folder / "rest").string();
    rest.resume_from_checkpoint = (folder / "out/checkpoint-2").string();
    train(rest);
    for (const char* file : {"model.safetensors", "vision_tower/model.safetensors"})
        EXPECT_EQ(base::sha256_file_hex(folder / "rest" / file),
                  base::sha256_file_hex(folder / "out" / file))
            << file;
}

TEST(VisionTune, GoesWithAdapters) {
    ScratchFolder folder;
    TrainOptions options = test::lora_options(folder);
    options.vision_tune = true;
    options.max_steps = 2;
    train(options);
    model::LoadOptions load;
    load.model = folder / "out";
    load.model_base = kModels / "tinyA-base";
    ASSERT_FALSE(test::fs::exists(folder / "out/mm_projector.bin"));
    const auto model = model::UniviModel::load(load);
    EXPECT_EQ(model->vision_tower_folder(), folder / "out" / "vision_tower");
    const auto others = model::read_torch_file(folder / "out/non_lora_trainables.bin");
    const char* name = "encoder.layers.0.self_attn.q_proj.weight";
    EXPECT_TRUE(tower_weight(*model, name)
                    .equal(model::to_tensor(
                        others.at("base_model.model.model.vision_tower.vision_tower.vision_model." +
                                  std::string(name)))));
}

}  // namespace
}  // namespace univi::training
