// The operators of a token and the code that calls them, with the kernels run on the CPU.
#include "core/model/decode_ops.h"

#include <torch/library.h>

#include "core/model/cluster_ops.h"
#include "core/model/clustering.h"
#include "core/model/decode_step.h"
#include "core/model/device.h"
#include "core/model/device_decode.h"
#include "core/model/device_kernels.h"
#include "core/model/rotary.h"
#include "tests/core/model/tiny_language.h"
#include "tests/support/fake_device/fake_device.h"

namespace univi::model::test {
namespace {

/// A device that records, as far as a test without a GPU can have one: what is asked for while it
/// records is done at once, and a replay is only counted.
struct Recorder {
    bool refuses = true;
    int begun = 0, ended = 0, replayed = 0, freed = 0;
};
Recorder recorder;

std::int64_t begin(const at::Tensor&) {
    TORCH_CHECK(!recorder.refuses, "nothing is recorded here");
    return ++recorder.begun;
}
void end(const at::Tensor&, std::int64_t) {
    ++recorder.ended;
}
void replay(const at::Tensor&, std::int64_t) {
    ++recorder.replayed;
}
void forget(const at::Tensor&, std::int64_t) {
    ++recorder.freed;
}

TORCH_LIBRARY_IMPL(univi, CPU, library) {
    library.impl("graph_begin", &begin);
    library.impl("graph_end", &end);
    library.impl("graph_replay", &replay);
    library.impl("graph_free", &forget);
}

TEST(DecodeOps, ClusteringEqualsTheCpu) {
    at::manual_seed(1);
    const at::Tensor x = at::randn({2, 20, 24});
    const ClusterResult cpu = cluster_dpc_knn(x, 6, 3);
    const auto [idx_cluster, centers, density, delta, score] = call_dpc_knn(x, 6, 3);
    EXPECT_TRUE(at::equal(idx_cluster, cpu.idx_cluster));
    EXPECT_TRUE(at::equal(centers, cpu.centers));
    EXPECT_TRUE(at::equal(density, cpu.density));
    EXPECT_TRUE(at::equal(delta, cpu.distance));
    EXPECT_TRUE(at::equal(score, cpu.score));
    EXPECT_TRUE(at::equal(call_merge_tokens(x, idx_cluster, 6), merge_tokens(x, idx_cluster, 6)));
    EXPECT_TRUE(at::equal(call_mean_token(x[0].contiguous()), mean_token(x[0])));
}

TEST(DecodeOps, ProductsEqualTheWidenedMatrix) {
    at::manual_seed(2);
    const at::Tensor weight = at::randn({10, 96});
    for (const auto kind : {Quantization::Kind::Int8, Quantization::Kind::Int4})
        for (const auto type : {c10::kFloat, c10::kHalf, c10::kBFloat16}) {
            const QuantizedWeight quantized(weight, {kind, false}, c10::kCPU);
            const at::Tensor x = at::randn({3, 96}).to(type);
            const auto [codes, scales] = quantized.parts();
            const at::Tensor out = call_quantized_product(x, codes, scales);
            EXPECT_EQ(out.scalar_type(), type);
            EXPECT_LT(relative_error(
                          out, at::linear(x.to(c10::kFloat), quantized.dequantize(c10::kFloat))),
                      type == c10::kFloat ? 1e-6 : 5e-3);
        }
}

TEST(DecodeOps, ShapesThatDoNotFitAreRefused) {
    const at::Tensor x = at::zeros({9, 32}), codes = at::zeros({4, 32}, c10::kChar);
    EXPECT_THROW(call_quantized_product(x, codes, at::ones({4})), c10::Error);
    EXPECT_THROW(call_quantized_product(x.narrow(1, 0, 16), codes, at::ones({4})), c10::Error);
    EXPECT_THROW(call_swiglu(x, x.narrow(0, 0, 1)), c10::Error);
    EXPECT_THROW(call_add_rms_norm(x, {}, at::ones({31}), 1e-5), c10::Error);
}

/// All positions before the last by what is tested elsewhere, the last two by DeviceDecode: the
/// second time it would record.
struct Decoded {
    at::Tensor hidden, attention;
};

Decoded decoded(const LanguageModel& model, const std::vector<DecoderLayer>& layers,
                const at::Tensor& norm, const at::Tensor& x) {
    KeyValueCache cache(model.config(), 40, model.placement());
    const std::int64_t before = x.size(0) - 2;
    model.forward(x.narrow(0, 0, before), cache);
    DeviceDecode decode(model.config(), cache, x.narrow(0, 0, 1));
    Decoded last;
    for (int i = 0; i < 2; ++i) {
        last.attention = at::zeros({cache.length() + 1});
        last.hidden = decode.pass({layers, norm, model.config().rms_norm_eps},
                                  x.narrow(0, before + i, 1), cache, &last.attention);
        cache.advance(1);
    }
    last.attention.div_(model.config().num_layers);
    return last;
}

/// The layers and the last norm of a model, made again from the same weights.
std::pair<std::vector<DecoderLayer>, at::Tensor> parts_of(const LanguageConfig& config,
                                                          const PlacementOptions& placement) {
    WeightSource source = random_source(config);
    const TakenWeights weights(decoder_parameters(config), source, placement);
    std::vector<DecoderLayer> layers;
    for (int i = 0; i < config.num_layers; ++i)
        layers.emplace_back(config, weights, "model.layers." + std::to_string(i) + ".");
    return {layers, weights.tensor("model.norm.weight")};
}

TEST(DeviceDecode, EqualsTheOperators) {
    // In inference mode the CPU would multiply quantized matrices with vectors in 8 bits.
    const at::NoGradGuard exact;
    struct Case {
        c10::ScalarType type;
        std::optional<Quantization> quantize;
        int kv_heads;
        double error;
    };
    const Quantization int8{Quantization::Kind::Int8, false}, int4{Quantization::Kind::Int4, false};
    for (const Case& each : {Case{c10::kFloat, {}, 2, 2e-6}, Case{c10::kFloat, {}, 8, 2e-6},
                             Case{c10::kBFloat16, {}, 2, 0.03}, Case{c10::kFloat, int8, 1, 2e-6},
                             Case{c10::kFloat, int4, 2, 2e-6}}) {
        const LanguageConfig config = small_config(each.kv_heads);
        PlacementOptions placement;
        placement.compute_dtype = each.type;
        placement.quantize = each.quantize;
        const LanguageModel model = random_language(config, placement);
        const auto [layers, norm] = parts_of(config, placement);
        at::manual_seed(4);
        const at::Tensor x = at::randn({9, config.hidden_size}).to(each.type);
        KeyValueCache cache(config, 40, placement);
        at::Tensor attention;
        const at::Tensor all = model.forward(x, cache, &attention);
        const Decoded last = decoded(model, layers, norm, x);
        EXPECT_LT(relative_error(last.hidden, all.narrow(0, 8, 1)), each.error);
        EXPECT_LT(relative_error(last.attention, attention), each.error);
        EXPECT_NEAR(last.attention.sum().item<double>(), 1, 1e-5);
    }
}

TEST(DeviceDecode, TakesNothingOnTheCpu) {
    const c10::InferenceMode inference;
    const LanguageConfig config = small_config();
    const auto [layers, norm] = parts_of(config, {});
    const KeyValueCache cache(config, 8, {});
    EXPECT_FALSE(DeviceDecode::takes(config, layers, at::zeros({1, config.hidden_size}), cache));
    EXPECT_TRUE(has_device_kernel("univi::attend_one", c10::kCPU));
}

TEST(DeviceDecode, RecordsTheSecondPositionAndReplaysItUntilTheWeightsMove) {
    const c10::InferenceMode inference;
    const LanguageConfig config = small_config();
    const auto [layers, norm] = parts_of(config, {});
    const auto [others, other_norm] = parts_of(config, {});
    at::manual_seed(4);
    const at::Tensor x = at::randn({1, config.hidden_size});
    KeyValueCache cache(config, 8, {}), plain(config, 8, {});
    recorder = {};
    DeviceDecode expected(config, plain, x);
    const at::Tensor right = expected.pass({layers, norm, config.rms_norm_eps}, x, plain, nullptr);
    recorder = {.refuses = false};
    DeviceDecode decode(config, cache, x);
    for (int i = 0; i < 4; ++i)
        EXPECT_TRUE(
            at::equal(decode.pass({layers, norm, config.rms_norm_eps}, x, cache, nullptr), right));
    EXPECT_EQ(recorder.begun, 1);
    EXPECT_EQ(recorder.ended, 1);
    EXPECT_EQ(recorder.replayed, 3);
    // Another model's weights, or attention asked for, are another recording.
    decode.pass({others, other_norm, config.rms_norm_eps}, x, cache, nullptr);
    EXPECT_EQ(recorder.freed, 1);
    at::Tensor attention = at::zeros({1});
    for (int i = 0; i < 2; ++i)
        decode.pass({others, other_norm, config.rms_norm_eps}, x, cache, &attention);
    EXPECT_EQ(recorder.begun, 2);
    recorder.refuses = true;
}

// On the fake device the operators run on the CPU, on its memory: the code around them takes the
// way that it takes on a GPU.
class OurKernels : public testing::Test {
  protected:
    OurKernels() { placement.device = open_device("fake:0"); }
    at::Tensor there(const at::Tensor& x) const { return x.to(placement.device); }

    PlacementOptions placement;
};

TEST_F(OurKernels, TakeATokenThroughTheDecoderWithoutAWait) {
    const Quantization int8{Quantization::Kind::Int8, false}, int4{Quantization::Kind::Int4, false};
    for (const std::optional<Quantization>& how : {std::optional<Quantization>(), {int8}, {int4}}) {
        const LanguageConfig config = small_config();
        placement.quantize = how;
        PlacementOptions on_cpu;
        on_cpu.quantize = how;
        at::manual_seed(4);
        const at::Tensor x = at::randn({9, config.hidden_size});
        at::Tensor expected, expected_attention, last, attention;
        {
            const at::NoGradGuard exact;
            KeyValueCache cache(config, 40, on_cpu);
            expected = random_language(config, on_cpu).forward(x, cache, &expected_attention);
        }
        const c10::InferenceMode inference;
        const LanguageModel model = random_language(config, placement);
        KeyValueCache cache(config, 40, placement);
        model.forward(there(x.narrow(0, 0, 7)), cache);
        for (std::int64_t i = 7; i < 9; ++i) {
            const at::Tensor next = there(x.narrow(0, i, 1));
            const auto before = univi::test::fake::counters(0);
            last = model.forward(next, cache, &attention);
            EXPECT_EQ((univi::test::fake::counters(0) - before).synchronisations, 0);
        }
        EXPECT_NE(cache.device_decode(), nullptr);
        EXPECT_EQ(cache.length(), 9);
        EXPECT_LT(relative_error(last, expected.narrow(0, 8, 1)), 5e-6);
        EXPECT_LT(relative_error(attention, expected_attention), 5e-6);
    }
}

TEST_F(OurKernels, MergeTokensWithTheCpusBits) {
    at::manual_seed(5);
    const at::Tensor x = at::randn({2, 20, 24});
    const ClusterResult cpu = cluster_dpc_knn(x, 6, 3), away = cluster_dpc_knn(there(x), 6, 3);
    EXPECT_TRUE(at::equal(away.idx_cluster.cpu(), cpu.idx_cluster));
    EXPECT_TRUE(at::equal(away.score.cpu(), cpu.score));
    EXPECT_TRUE(at::equal(merge_tokens(there(x), away.idx_cluster, 6).cpu(),
                          merge_tokens(x, cpu.idx_cluster, 6)));
    EXPECT_TRUE(at::equal(mean_token(there(x[0])).cpu(), mean_token(x[0])));
}

}  // namespace
}  // namespace univi::model::test
