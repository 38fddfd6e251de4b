#include "training/engine/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

namespace univi::training {
namespace {

TEST(AdamW, OneParameterByHand) {
    at::Tensor weight = at::full({3}, 1.0, at::kFloat);
    AdamWOptions options;
    options.weight_decay = 0.1;
    AdamW optimizer({{"layer.weight", weight}}, options);
    double w = 1, m = 0, v = 0;
    for (int t = 1; t <= 5; ++t) {
        const double g = 0.5 * t, rate = 0.01;
        weight.mutable_grad() = at::full({3}, g, at::kFloat);
        EXPECT_NEAR(optimizer.clip_gradients(0), g * std::sqrt(3.0), 1e-5);
        optimizer.step(rate);
        w *= 1 - rate * 0.1;
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        w -= rate * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
        EXPECT_NEAR(weight[0].item<double>(), w, 1e-6);
    }
    EXPECT_EQ(optimizer.updates(), 5);
}

TEST(AdamW, NormsAndBiasesAreNotDecayed) {
    EXPECT_TRUE(is_decayed("model.layers.0.mlp.up_proj.weight"));
    EXPECT_FALSE(is_decayed("model.layers.0.input_layernorm.weight"));
    EXPECT_FALSE(is_decayed("model.norm.weight"));
    EXPECT_FALSE(is_decayed("model.mm_projector.bias"));
    at::Tensor norm = at::ones({2}, at::kFloat);
    AdamWOptions options;
    options.weight_decay = 0.5;
    AdamW optimizer({{"model.norm.weight", norm}}, options);
    optimizer.clip_gradients(1);
    optimizer.step(0.1);  // no gradient came: nothing moves
    EXPECT_TRUE(norm.equal(at::ones({2}, at::kFloat)));
}

TEST(AdamW, ClipsTheNormOverAllTensors) {
    at::Tensor a = at::zeros({1}, at::kFloat), b = at::zeros({1}, at::kFloat);
    AdamW optimizer({{"a", a}, {"b", b}}, {});
    a.mutable_grad() = at::full({1}, 3.0, at::kFloat);
    b.mutable_grad() = at::full({1}, 4.0, at::kFloat);
    EXPECT_NEAR(optimizer.clip_gradients(1), 5, 1e-6);
    EXPECT_NEAR(optimizer.gradients()[0].second.item<double>(), 0.6, 1e-6);
    EXPECT_NEAR(optimizer.gradients()[1].second.item<double>(), 0.8, 1e-6);
}

TEST(AdamW, Bf16WeightsHaveFp32Masters) {
    at::Tensor weight = at::ones({1}, at::kBFloat16);
    AdamW optimizer({{"a", weight}}, {});
    for (int i = 0; i < 10; ++i) {  // each update is below bf16's step at 1
        weight.mutable_grad() = at::ones({1}, at::kBFloat16);
        optimizer.clip_gradients(0);
        optimizer.step(1e-3);
    }
    EXPECT_NEAR(optimizer.masters()[0].second.item<double>(), 0.99, 1e-4);
    EXPECT_NEAR(weight.item<double>(), 0.99, 4e-3);
}

}  // namespace
}  // namespace univi::training
