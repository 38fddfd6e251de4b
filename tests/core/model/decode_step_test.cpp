// One position by kernels against the operators of LibTorch that training uses.
#include "core/model/decode_step.h"

#include "core/model/precision.h"
#include "core/model/rotary.h"
#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

/// Hidden states and attention of the last of `length` positions.
struct Last {
    at::Tensor hidden, attention;
};

/// All positions before the last at once, then the last alone, by kernels.
Last by_kernels(const LanguageModel& model, const at::Tensor& x) {
    KeyValueCache cache(model.config(), 64, model.placement());
    const std::int64_t length = x.size(0);
    if (length > 1) model.forward(x.narrow(0, 0, length - 1), cache);
    Last last;
    last.hidden = model.forward(x.narrow(0, length - 1, 1), cache, &last.attention);
    EXPECT_EQ(cache.length(), length);
    return last;
}

/// The same by operators: more than four positions are never decoded by kernels.
Last by_operators(const LanguageModel& model, const at::Tensor& x) {
    KeyValueCache cache(model.config(), 64, model.placement());
    Last last;
    last.hidden = model.forward(x, cache, &last.attention).narrow(0, x.size(0) - 1, 1);
    return last;
}

struct Types {
    c10::ScalarType stored, computed;
    std::optional<c10::ScalarType> cache;
    double error;
};

LanguageModel stored_in(const LanguageConfig& config, const Types& types) {
    WeightSource wide = random_source(config);
    TensorTable table;
    for (const auto& [name, view] : wide.table())
        table[name] = to_view(to_tensor(view).to(types.stored));
    WeightSource source(std::move(table), "random");
    PlacementOptions placement;
    placement.compute_dtype = types.computed;
    placement.cache_dtype = types.cache;
    return {config, source, placement};
}

TEST(DecodePosition, EqualsTheOperators) {
    const c10::InferenceMode inference;
    for (const int kv_heads : {1, 2, 8})
        for (const Types& types :
             {Types{c10::kFloat, c10::kFloat, {}, 2e-6}, Types{c10::kHalf, c10::kFloat, {}, 2e-6},
              Types{c10::kHalf, c10::kFloat, c10::kHalf, 1e-3},
              Types{c10::kFloat, c10::kFloat, c10::kChar, 0.02},
              Types{c10::kBFloat16, c10::kBFloat16, {}, 0.03}}) {
            const LanguageModel model = stored_in(small_config(kv_heads), types);
            at::manual_seed(3);
            for (const std::int64_t length : {6, 7, 17}) {
                const at::Tensor x = at::randn({length, 64});
                const Last fast = by_kernels(model, x), slow = by_operators(model, x);
                EXPECT_LT(relative_error(fast.hidden, slow.hidden), types.error) << length;
                EXPECT_LT(relative_error(fast.attention, slow.attention), types.error) << length;
                EXPECT_NEAR(fast.attention.sum().item<double>(), 1, 1e-5);
            }
        }
}

/// A cache that was cut back and filled again, with other positions behind the cut.
TEST(DecodePosition, AfterTheCacheWasCut) {
    const c10::InferenceMode inference;
    const LanguageModel model = random_language(small_config());
    at::manual_seed(5);
    const at::Tensor x = at::randn({9, 64});
    KeyValueCache cache(model.config(), 64, model.placement());
    model.forward(at::randn({12, 64}), cache);
    cache.truncate(0);
    for (std::int64_t i = 0; i < 6; ++i) model.forward(x.narrow(0, i, 1), cache);
    model.forward(at::randn({1, 64}), cache);
    cache.truncate(6);
    model.forward(x.narrow(0, 6, 2), cache);
    const at::Tensor last = model.forward(x.narrow(0, 8, 1), cache);
    EXPECT_LT(relative_error(last, by_operators(model, x).hidden), 2e-6);
}

/// The next positions one after the other: hidden states [n,D], logits [n,V], and what each pays.
struct Each {
    at::Tensor hidden, logits;
    std::vector<at::Tensor> attention;
};

Each alone(const LanguageModel& model, const at::Tensor& x, KeyValueCache& cache) {
    Each each;
    std::vector<at::Tensor> hidden, logits;
    for (std::int64_t i = 0; i < x.size(0); ++i) {
        at::Tensor attention;
        hidden.push_back(model.forward(x.narrow(0, i, 1), cache, &attention));
        logits.push_back(model.logits(hidden.back()));
        each.attention.push_back(attention);
    }
    each.hidden = at::cat(hidden);
    each.logits = at::cat(logits);
    return each;
}

/// A guess that was checked beside others must not move a reply: equal bits, not nearly equal ones.
TEST(DecodePosition, SeveralHaveTheBitsThatEachHasAlone) {
    const c10::InferenceMode inference;
    for (const char* precision : {"fp32", "bf16", "int8", "int4"})
        for (const auto& [count, cache] :
             {std::pair{2, "auto"}, {3, "auto"}, {4, "auto"}, {3, "int8"}}) {
            SCOPED_TRACE(precision + std::to_string(count) + cache);
            PlacementOptions placement;
            set_precision(placement, precision, {});
            set_cache_precision(placement, cache);
            const LanguageModel model = random_language(small_config(), placement);
            ASSERT_EQ(model.most_guesses(), 4);
            at::manual_seed(8);
            const at::Tensor before = at::randn({6, 64}), x = at::randn({count, 64});
            KeyValueCache one(model.config(), 64, model.placement()),
                several(model.config(), 64, model.placement());
            model.forward(before, one);
            model.forward(before, several);
            const Each slow = alone(model, x, one);
            at::Tensor attention;
            const at::Tensor hidden = model.forward_each(x, several, &attention);
            EXPECT_EQ(several.length(), one.length());
            EXPECT_TRUE(at::equal(hidden, slow.hidden));
            EXPECT_TRUE(at::equal(model.logits(hidden), slow.logits));
            for (std::int64_t i = 0; i < count; ++i) {
                const at::Tensor row = attention.select(0, i);
                EXPECT_TRUE(at::equal(row.narrow(0, 0, 7 + i), slow.attention[i])) << i;
                EXPECT_EQ(row.narrow(0, 7 + i, count - 1 - i).abs().sum().item<double>(), 0);
            }
        }
}

TEST(DecodePosition, LeavesAdaptersAndGradientsToTheOperators) {
    LanguageModel model = random_language(small_config());
    const at::Tensor x = at::randn({1, 64});
    const auto takes = [&](const LanguageModel& one, const at::Tensor& input) {
        WeightSource source = random_source(one.config());
        const DecoderLayer layer(
            one.config(), TakenWeights(decoder_parameters(one.config()), source, one.placement()),
            "model.layers.0.");
        return decodes_by_kernels({&layer, 1}, input);
    };
    EXPECT_TRUE(takes(model, x));
    EXPECT_FALSE(takes(model, x.clone().requires_grad_(true)));
    EXPECT_TRUE(takes(model, at::randn({4, 64})));
    EXPECT_FALSE(takes(model, at::randn({5, 64})));
    model.add_adapters({});
    KeyValueCache cache(model.config(), 8, model.placement());
    EXPECT_EQ(model.forward(x, cache).sizes(), x.sizes());
}

}  // namespace
}  // namespace univi::model::test
