// The golden model's greedy tokens on the device, in every type, against the CPU; and our kernels
// of a token against the operators.
#include "core/base/sampling_options.h"
#include "core/model/decode_ops.h"
#include "core/model/device_kernels.h"
#include "tests/core/model/golden.h"
#include "tests/core/model/tiny_language.h"
#include "tests/gpu/device_under_test.h"

namespace univi::model::test {
namespace {

constexpr int kTokens = 24;

struct Kind {
    const char* name;
    const char* dtype;
    /// How far apart, in standard deviations of all logits, the CPU's two best must be for the
    /// device to choose the same.
    double margin;
};

class Decoding : public univi::test::OnDevice, public testing::WithParamInterface<Kind> {};

std::unique_ptr<UniviModel> golden_on(c10::Device device, const char* dtype) {
    PlacementOptions placement;
    placement.device = device;
    set_precision(placement, dtype, read_model_config(golden_model("tinyA")));
    // Both compute in the type that the device would.
    if (placement.quantize) placement.compute_dtype = c10::kFloat;
    placement.cache_dtype.reset();
    return load_tiny("tinyA", {}, placement);
}

/// Logits [count,V] on the CPU behind a prompt: of the tokens `ids`, or of each step's best where
/// there are none.
at::Tensor step_by_step(const LanguageModel& model, std::vector<std::int64_t> ids) {
    KeyValueCache cache(model.config(), 64, model.placement());
    const bool chooses = ids.empty();
    at::Tensor x = model.embed(at::arange(3, 15)), attention;
    std::vector<at::Tensor> all;
    for (int i = 0; i < kTokens; ++i) {
        const at::Tensor hidden = model.forward(x, cache, i % 2 ? &attention : nullptr);
        all.push_back(model.logits(hidden.narrow(0, hidden.size(0) - 1, 1)).cpu());
        if (attention.defined()) {
            EXPECT_NEAR(attention.cpu().sum().item<double>(), 1, 0.02);
        }
        attention = at::Tensor();
        if (chooses) ids.push_back(all.back().argmax(1).item<std::int64_t>());
        x = model.embed(at::full({1}, ids[static_cast<std::size_t>(i)], c10::kLong));
    }
    return at::cat(all);
}

TEST_P(Decoding, GreedyTokensEqualTheCpu) {
    const c10::InferenceMode inference;
    const auto here = golden_on(c10::kCPU, GetParam().dtype),
               away = golden_on(placement.device, GetParam().dtype);
    const at::Tensor expected = step_by_step(here->language(), {});
    const at::Tensor best = expected.argmax(1);
    const auto* ids = best.const_data_ptr<std::int64_t>();
    const at::Tensor actual = step_by_step(away->language(), {ids, ids + kTokens});
    const at::Tensor two = std::get<0>(expected.topk(2, 1));
    const double bound = GetParam().margin * expected.std().item<double>();
    int compared = 0;
    for (int i = 0; i < kTokens; ++i) {
        if ((two[i][0] - two[i][1]).item<double>() < bound) continue;
        ++compared;
        EXPECT_EQ(actual[i].argmax(0).item<std::int64_t>(), ids[i]) << "step " << i;
    }
    EXPECT_GE(compared, kTokens / 4);
    EXPECT_LT(relative_error(actual, expected), GetParam().margin);
}

INSTANTIATE_TEST_SUITE_P(Types, Decoding,
                         testing::Values(Kind{"fp32", "fp32", 1e-3}, Kind{"fp16", "fp16", 0.02},
                                         Kind{"bf16", "bf16", 0.1}, Kind{"int8", "int8", 0.05},
                                         Kind{"int4", "int4", 0.1}),
                         [](const auto& info) { return info.param.name; });

using DecodeKernels = univi::test::OnDevice;

TEST_F(DecodeKernels, EqualTheOperators) {
    const c10::InferenceMode inference;
    if (!has_device_kernel("univi::attend_one", placement.device)) {
        ASSERT_FALSE(is_gpu()) << "libunivi_cuda.so was not built or not found beside the program";
        GTEST_SKIP() << "this device has no kernels of ours";
    }
    // Positions one by one go through the kernels (and a graph), all at once through operators.
    for (const int kv_heads : {1, 2, 8}) {
        const LanguageModel model = random_language(small_config(kv_heads), placement);
        at::manual_seed(4);
        const at::Tensor x = there(at::randn({30, 64}));
        KeyValueCache one_by_one(model.config(), 64, placement),
            at_once(model.config(), 64, placement);
        at::Tensor attention, expected_attention, last;
        for (std::int64_t i = 0; i < x.size(0); ++i)
            last = model.forward(x.narrow(0, i, 1), one_by_one, &attention);
        const at::Tensor all = model.forward(x, at_once, &expected_attention);
        EXPECT_LT(relative_error(last, all.narrow(0, 29, 1)), 1e-5);
        EXPECT_LT(relative_error(attention, expected_attention), 1e-5);
    }
}

TEST_F(DecodeKernels, ProductsEqualTheWidenedMatrix) {
    if (!has_device_kernel("univi::quantized_product", placement.device))
        GTEST_SKIP() << "this device has no kernels of ours";
    at::manual_seed(2);
    for (const auto kind : {Quantization::Kind::Int8, Quantization::Kind::Int4})
        for (const auto type : {c10::kFloat, c10::kHalf, c10::kBFloat16})
            for (const std::int64_t rows : {1, 3, 8}) {
                const QuantizedWeight weight(at::randn({1000, 4096}), {kind, false},
                                             placement.device);
                const at::Tensor x = there(at::randn({rows, 4096}).to(type));
                const auto [codes, scales] = weight.parts();
                EXPECT_LT(
                    relative_error(call_quantized_product(x, codes, scales),
                                   at::linear(x.to(c10::kDouble),
                                              weight.dequantize(c10::kFloat).to(c10::kDouble))),
                    type == c10::kFloat ? 1e-5 : 5e-3);
            }
}

}  // namespace
}  // namespace univi::model::test
