// Golden: preprocess_224, video_cup_9s.mp4 -> tinyA_features.safetensors.
#include "core/model/vision_tower.h"
#include "core/model/checkpoint_folder.h"

#include "tests/core/model/golden.h"

namespace univi::model::test {
namespace {

VisionTower tiny_tower(const PlacementOptions& placement) {
    const auto folder = golden_model("openai/clip-vit-tiny-patch14");
    WeightSource source(read_checkpoint_folder(folder), folder.string());
    VisionTower tower(read_vision_config(folder), source, "vision_model.", placement);
    source.check_complete();
    return tower;
}

TEST(VisionTower, FeaturesOfPictures) {
    const GoldenFile pixels("preprocess_224.safetensors"), features("tinyA_features.safetensors");
    const VisionTower tower = tiny_tower({});
    double worst = 0;
    for (const char* name : {"messi5.jpg", "HappyFish.jpg", "notes.png", "left01.jpg",
                             "imageTextN.png", "opencv-logo.png"}) {
        const at::Tensor actual =
            tower.forward(unit_pixels(pixels[std::string(name) + "/default_u8"]).unsqueeze(0));
        worst = std::max(worst, relative_error(actual, features[std::string(name) + "/features"]));
    }
    std::printf("features: worst relative error %.1e\n", worst);
    EXPECT_LT(worst, 1e-4);
}

TEST(VisionTower, FeaturesOfVideoFrames) {
    const GoldenFile video("video_cup_9s.mp4.safetensors"), features("tinyA_features.safetensors");
    const at::Tensor actual = tiny_tower({}).forward(unit_pixels(video["pixel_u8_224"]));
    EXPECT_LT(relative_error(actual, features["cup_9s.mp4/features"]), 1e-4);
}

TEST(VisionTower, InEightBits) {
    const c10::InferenceMode inference;
    const GoldenFile pixels("preprocess_224.safetensors"), features("tinyA_features.safetensors");
    PlacementOptions placement;
    placement.quantize_tower = true;
    const VisionTower tower = tiny_tower(placement);
    for (const char* name : {"messi5.jpg", "HappyFish.jpg", "left01.jpg"}) {
        const at::Tensor picture = unit_pixels(pixels[std::string(name) + "/default_u8"]);
        const at::Tensor actual = tower.forward(at::stack({picture, picture * 0.5}));
        EXPECT_LT(
            relative_error(actual[0], features[std::string(name) + "/features"].view_as(actual[0])),
            0.03);
        // A picture's numbers do not depend on those beside it.
        EXPECT_TRUE(at::equal(actual[0], tower.forward(picture.unsqueeze(0))[0]));
    }
    for (const auto& [name, weight] : tower.parameters())
        EXPECT_FALSE(name.ends_with("fc1.weight")) << name;
}

TEST(VisionTower, EveryHiddenState) {
    const GoldenFile pixels("preprocess_224.safetensors"), features("tinyA_features.safetensors");
    const VisionTower tower = tiny_tower({});
    const auto states = tower.hidden_states(pixels["messi5.jpg/default"].unsqueeze(0));
    ASSERT_EQ(states.size(), 5u);
    for (int i = 0; i < 5; ++i)
        EXPECT_LT(
            relative_error(states[i], features["messi5.jpg/hidden_states." + std::to_string(i)]),
            1e-4)
            << i;
}

TEST(VisionTower, WithoutClsOrWithIt) {
    const VisionTower tower = tiny_tower({});
    at::manual_seed(1);
    const at::Tensor pixels = at::randn({1, 3, 224, 224});
    const at::Tensor with = tower.forward(pixels, -1, false),
                     without = tower.forward(pixels, 4, true);
    EXPECT_EQ(with.size(1), 257);
    EXPECT_TRUE(at::equal(with.narrow(1, 1, 256), without));
    EXPECT_NE(error_of([&] { tower.forward(pixels, -6); }).find("mm_vision_select_layer"),
              std::string::npos);
    EXPECT_FALSE(error_of([&] { tower.forward(at::zeros({1, 3, 10, 10})); }).empty());
}

/// The trainer of the demo model's tower relies on this: own leaf tensors, gradients as
/// finite differences say.
TEST(VisionTower, IsDifferentiable) {
    PlacementOptions placement;
    placement.materialize = true;
    const VisionTower tower = tiny_tower(placement);
    for (const auto& [name, weight] : tower.parameters()) at::Tensor(weight).requires_grad_(true);
    at::manual_seed(2);
    const at::Tensor pixels = at::randn({2, 3, 224, 224}), direction = at::randn({2, 256, 64});
    (tower.forward(pixels) * direction).mean().backward();
    at::Tensor weight, unused;
    for (const auto& [name, tensor] : tower.parameters()) {
        if (name == "encoder.layers.1.mlp.fc1.weight") weight = tensor;
        if (name == "encoder.layers.3.mlp.fc1.weight") unused = tensor;
    }
    ASSERT_TRUE(weight.grad().defined());
    EXPECT_FALSE(unused.grad().defined());  // select_layer -2 never runs the last layer
    const at::NoGradGuard guard;
    const at::Tensor step = weight.grad() / weight.grad().norm() * 0.05;
    const auto value = [&] {
        return (tower.forward(pixels) * direction).to(c10::kDouble).mean().item<double>();
    };
    weight.add_(step);
    const double above = value();
    weight.sub_(step * 2);
    const double below = value();
    const double expected = (weight.grad() * step).sum().item<double>() * 2;
    EXPECT_NEAR((above - below) / expected, 1.0, 0.02);
}

TEST(VisionTower, MissingWeightsAreNamed) {
    const auto folder = golden_model("openai/clip-vit-tiny-patch14");
    TensorTable table = read_checkpoint_folder(folder);
    table.erase("vision_model.pre_layrnorm.bias");
    table.at("vision_model.encoder.layers.0.mlp.fc1.bias").shape = {175};
    WeightSource source(std::move(table), "tower");
    const VisionTower tower(read_vision_config(folder), source, "vision_model.", {});
    const std::string sentence = error_of([&] { source.check_complete(); });
    EXPECT_NE(sentence.find("vision_model.pre_layrnorm.bias"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("F32[175], expected [176]"), std::string::npos) << sentence;
}

}  // namespace
}  // namespace univi::model::test
