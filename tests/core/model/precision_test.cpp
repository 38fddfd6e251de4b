// int8 and int4: what they change of the model's output, and which folders they fit.
#include "core/model/precision.h"

#include <gmock/gmock.h>

#include "core/model/device.h"
#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

using ::testing::HasSubstr;

PlacementOptions placement_of(const std::string& precision) {
    PlacementOptions placement;
    set_precision(placement, precision, {});
    return placement;
}

/// Few rows, many rows and one: each way through the matrices stays near the exact one.
TEST(Precision, OutputsStayNear) {
    const c10::InferenceMode inference;
    const LanguageConfig config = small_config();
    const LanguageModel exact = random_language(config);
    at::manual_seed(2);
    const at::Tensor x = at::randn({30, 64});
    KeyValueCache plain(config, 64, exact.placement());
    const at::Tensor expected = exact.logits(exact.forward(x, plain));
    for (const auto& [name, error] : {std::pair("int8", 0.04), std::pair("int4", 0.35)}) {
        const LanguageModel model = random_language(config, placement_of(name));
        for (const std::int64_t step : {1, 3, 30}) {
            KeyValueCache cache(config, 64, model.placement());
            std::vector<at::Tensor> parts;
            for (std::int64_t at = 0; at < 30; at += step)
                parts.push_back(model.logits(model.forward(x.narrow(0, at, step), cache)));
            const double off = relative_error(at::cat(parts), expected);
            EXPECT_LT(off, error) << name << " by " << step;
            EXPECT_GT(off, 1e-4) << name << " by " << step;
        }
    }
}

TEST(Precision, EverythingButNormsIsHeldInFewBits) {
    for (const std::string name : {"int8", "int4"}) {
        const LanguageModel model = random_language(small_config(), placement_of(name));
        EXPECT_EQ(model.quantized().size(), 7u * 3 + 2);
        EXPECT_EQ(model.parameters().size(), 2u * 3 + 1);
        EXPECT_EQ(model.quantized()[0].first, "model.embed_tokens.weight");
        EXPECT_EQ(precision_name(model.placement()), name);
        const at::Tensor ids = at::tensor({3, 7, 0, 49}, c10::kLong).view({2, 2});
        const at::Tensor rows = model.embed(ids),
                         exact = random_language(small_config()).embed(ids);
        EXPECT_EQ(rows.sizes(), exact.sizes());
        EXPECT_LT(relative_error(rows, exact), 0.01);
    }
}

TEST(Precision, TiedHeadSharesTheEmbedding) {
    LanguageConfig config = small_config();
    config.tie_word_embeddings = true;
    const LanguageModel model = random_language(config, placement_of("int4"));
    EXPECT_EQ(model.quantized().size(), 7u * 3 + 1);
    EXPECT_EQ(model.logits(at::randn({2, 64})).size(1), 50);
}

TEST(Precision, NamesAndFolders) {
    PlacementOptions placement;
    ModelConfig plain, stored;
    stored.stored_bits = 4;
    set_precision(placement, "auto", stored);
    EXPECT_EQ(precision_name(placement), "int4");
    EXPECT_EQ(error_of([&] { set_precision(placement, "int4", stored); }), "");
    for (const std::string other : {"int8", "fp32", "bf16"})
        EXPECT_THAT(error_of([&] { set_precision(placement, other, stored); }),
                    HasSubstr("stored in int4, not in " + other));
    EXPECT_THAT(error_of([&] { set_precision(placement, "int3", plain); }), HasSubstr("int3"));
    PlacementOptions wide;
    set_precision(wide, "auto", plain);
    EXPECT_EQ(precision_name(wide), "fp32");
}

/// Parts of another size are named, not read.
TEST(Precision, StoredPartsMustFit) {
    const QuantizedWeight weight(at::randn({6, 64}), {Quantization::Kind::Int4, false}, c10::kCPU);
    TensorTable table;
    table["a.weight.int4"] = to_view(weight.parts().codes);
    table["a.weight.scales"] = to_view(weight.parts().scales);
    WeightSource source(table, "folder");
    const auto stored = source.take_quantized("a.weight", {6, 64}, {});
    ASSERT_NE(stored, nullptr);
    EXPECT_TRUE(stored->dequantize(c10::kFloat).equal(weight.dequantize(c10::kFloat)));
    EXPECT_TRUE(source.unused().empty());
    EXPECT_EQ(source.take_quantized("b.weight", {6, 64}, {}), nullptr);
    EXPECT_THAT(error_of([&] {
                    source.take_quantized("a.weight", {6, 96}, {});
                }),
                HasSubstr("a.weight"));
    table["a.weight.scales"] = to_view(weight.parts().scales.to(c10::kFloat));
    WeightSource wrong(table, "folder");
    EXPECT_THAT(error_of([&] {
                    wrong.take_quantized("a.weight", {6, 64}, {});
                }),
                HasSubstr("folder"));
}

}  // namespace
}  // namespace univi::model::test
