// Matrices in 8 and 4 bits: size, error, gradient, and a decoder on top of them.
#include <torch/csrc/autograd/autograd.h>

#include "core/model/quantized_linear.h"
#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

using Kind = Quantization::Kind;

at::Tensor normal_matrix(std::int64_t out, std::int64_t in) {
    at::manual_seed(7);
    return at::randn({out, in}) * 0.02;
}

struct Case {
    Quantization how;
    double error;           ///< of a normal matrix, relative, at most
    double bytes_a_weight;  ///< at most
};

// What uniform and normal-quantile rounding of a normal matrix must give: int8 steps of
// max/127 over rows of some 3.3 deviations, 16 levels over blocks whose largest of 64 is
// some 2.4 deviations, or of 32 some 2.1.
const Case kCases[] = {
    {{Kind::Int8, false}, 0.009, 1.02}, {{Kind::Nf4, false}, 0.097, 0.564},
    {{Kind::Nf4, true}, 0.097, 0.518},  {{Kind::Fp4, true}, 0.135, 0.518},
    {{Kind::Int4, false}, 0.09, 0.563},
};

TEST(QuantizedWeight, ErrorAndSizeAreAsStated) {
    const at::Tensor weight = normal_matrix(320, 384);
    for (const Case& test : kCases) {
        const QuantizedWeight small(weight, test.how, c10::kCPU);
        const double error = relative_error(small.dequantize(c10::kFloat), weight);
        EXPECT_LT(error, test.error) << static_cast<int>(test.how.kind) << test.how.double_quant;
        EXPECT_GT(error, test.error / 3)
            << static_cast<int>(test.how.kind);  // else it is not quantized
        EXPECT_LT(static_cast<double>(small.bytes()) / static_cast<double>(weight.numel()),
                  test.bytes_a_weight);
    }
}

/// Every code's own value comes back exactly, in blocks of any scale; so do zeros.
TEST(QuantizedWeight, KeepsWhatItCanSay) {
    const QuantizedWeight levels(at::arange(-7, 9).clamp_max(7).view({1, 16}) * 0.5,
                                 {Kind::Int4, false}, c10::kCPU);
    EXPECT_TRUE(at::allclose(levels.dequantize(c10::kFloat),
                             at::arange(-7, 9).clamp_max(7).view({1, 16}) * 0.5));
    const QuantizedWeight zeros(at::zeros({3, 70}), {Kind::Nf4, true}, c10::kCPU);
    EXPECT_TRUE(zeros.dequantize(c10::kFloat).equal(at::zeros({3, 70})));
    const at::Tensor powers = at::tensor({1.0, -1.0, 0.5, -0.25, 0.0, 2.0 / 3}).view({1, 6});
    const QuantizedWeight few(powers, {Kind::Fp4, false}, c10::kCPU);
    EXPECT_TRUE(at::allclose(few.dequantize(c10::kFloat), powers.to(c10::kFloat)));
}

/// Sizes that fill no whole block, and what is computed in half precision.
TEST(QuantizedWeight, OddSizesAndTypes) {
    const at::Tensor weight = normal_matrix(5, 77);
    for (const Case& test : kCases) {
        const QuantizedWeight small(weight, test.how, c10::kCPU);
        const at::Tensor wide = small.dequantize(c10::kFloat);
        ASSERT_EQ(wide.sizes(), weight.sizes());
        EXPECT_LT(relative_error(wide, weight), 0.15);
        for (const auto type : {c10::kBFloat16, c10::kHalf}) {
            const at::Tensor narrow = small.dequantize(type);
            EXPECT_EQ(narrow.scalar_type(), type);
            EXPECT_LT(relative_error(narrow.to(c10::kFloat), wide), 0.005);
        }
    }
}

TEST(QuantizedLinear, IsTheProductWithTheWidenedMatrixForwardAndBackward) {
    for (const Case& test : kCases) {
        auto small =
            std::make_shared<const QuantizedWeight>(normal_matrix(48, 96), test.how, c10::kCPU);
        const at::Tensor wide = small->dequantize(c10::kFloat);
        const at::Tensor x = at::randn({2, 5, 96}).requires_grad_(true),
                         other = x.detach().clone().requires_grad_(true);
        const at::Tensor y = quantized_linear(x, small), expected = at::linear(other, wide);
        EXPECT_TRUE(at::allclose(y, expected));
        small.reset();  // the graph shares it
        const at::Tensor gradient = at::randn({2, 5, 48});
        y.backward(gradient);
        expected.backward(gradient);
        EXPECT_TRUE(at::allclose(x.grad(), other.grad()));
    }
}

LanguageModel quantized_language(const LanguageConfig& config, const Quantization& how) {
    PlacementOptions placement;
    placement.materialize = true;
    placement.quantize = how;
    return random_language(config, placement);
}

std::int64_t linear_elements(const LanguageConfig& c) {
    const std::int64_t d = c.hidden_size, kv = std::int64_t{c.num_kv_heads} * c.head_dim;
    return c.num_layers * (2 * d * d + 2 * d * kv + 3 * d * c.intermediate_size);
}

TEST(QuantizedDecoder, HoldsItsLayersInFewBytesAndStaysNear) {
    const LanguageConfig config = small_config();
    PlacementOptions placement;
    placement.materialize = true;
    const LanguageModel exact = random_language(config, placement);
    at::manual_seed(3);
    const at::Tensor x = at::randn({1, 9, 64}), mask = at::ones({1, 9}, at::kBool);
    const at::Tensor expected = exact.forward_batch(x, mask, false);
    EXPECT_EQ(exact.quantized_bytes(), 0);
    for (const Case& test : kCases) {
        const LanguageModel small = quantized_language(config, test.how);
        // Embedding, head and norms are all that is left in the compute type.
        EXPECT_EQ(small.parameters().size(), 3u + 2u * config.num_layers);
        const double bytes = static_cast<double>(small.quantized_bytes()) /
                             static_cast<double>(linear_elements(config));
        EXPECT_LT(bytes,
                  test.bytes_a_weight + 0.2);  // small matrices: tables and row scales weigh more
        const double error = relative_error(small.forward_batch(x, mask, false), expected);
        EXPECT_LT(error, test.how.kind == Kind::Int8 ? 0.02 : 0.45);
        EXPECT_GT(error, 0);
        KeyValueCache cache(config, 16, small.placement());
        const at::Tensor answered = small.forward(x[0], cache);  // inference goes the same way
        EXPECT_LT(relative_error(answered, small.forward_batch(x, mask, false)[0]), 1e-4);
    }
}

/// Gradients of adapters over a quantized base, layers kept or computed again: the same bits.
TEST(QuantizedDecoder, AdaptersLearnOnTopOfIt) {
    LanguageModel model = quantized_language(small_config(), {Kind::Nf4, true});
    model.add_adapters({4, 8, 0.3, 9});
    ASSERT_EQ(model.adapter_parameters().size(), 3u * 14);
    at::manual_seed(4);
    for (auto& [name, tensor] : model.adapter_parameters()) {
        if (name.find("lora_B") != std::string::npos)
            const_cast<at::Tensor&>(tensor).normal_(0, 0.1);
        const_cast<at::Tensor&>(tensor).set_requires_grad(true);
    }
    const at::Tensor x = at::randn({1, 9, 64}), mask = at::ones({1, 9}, at::kBool);
    const auto gradients = [&](bool recompute, std::uint64_t key) {
        model.set_dropout_key(key);
        std::vector<at::Tensor> wanted;
        for (const auto& [name, tensor] : model.adapter_parameters()) wanted.push_back(tensor);
        return torch::autograd::grad({model.forward_batch(x, mask, recompute).square().sum()},
                                     wanted);
    };
    const auto kept = gradients(false, 1), again = gradients(true, 1), other = gradients(false, 2);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        EXPECT_TRUE(kept[i].equal(again[i])) << model.adapter_parameters()[i].first;
        EXPECT_FALSE(kept[i].equal(other[i]))
            << model.adapter_parameters()[i].first;  // another key drops others
        EXPECT_GT(kept[i].abs().max().item<double>(), 0);
    }
}

}  // namespace
}  // namespace univi::model::test
