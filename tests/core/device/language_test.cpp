// The decoder on a device that is not the CPU: the same tokens, and what a token costs.
#include <gmock/gmock.h>

#include "core/model/device.h"
#include "core/model/generation.h"
#include "core/model/precision.h"
#include "tests/core/model/tiny_language.h"
#include "tests/support/fake_device/fake_device.h"

namespace univi::model::test {
namespace {

namespace fake = univi::test::fake;

PlacementOptions placed(const std::string& device, const std::string& dtype) {
    PlacementOptions placement;
    placement.device = open_device(device);
    set_precision(placement, dtype, {});
    // The CPU computes in fp32 what a GPU computes in bf16, which two devices must not be compared
    // by: the weights' bits are what is compared.
    if (placement.quantize) placement.compute_dtype = c10::kFloat;
    return placement;
}

struct Written {
    std::vector<std::int32_t> ids;
    std::vector<std::int64_t> waits, allocations;  ///< of each token's step
    at::Tensor attention;
};

Written write(const PlacementOptions& where, bool with_attention = false) {
    const c10::InferenceMode guard;
    const LanguageModel language = random_language(small_config(), where);
    at::manual_seed(3);
    const at::Tensor embeds =
        (at::randn({20, language.config().hidden_size}) * 0.5).to(where.device);
    KeyValueCache cache(language.config(), 64, language.placement());
    base::SamplingOptions options;
    options.temperature = 0;
    options.max_new_tokens = 12;
    Written written;
    fake::Counters before = fake::counters(0);
    fake::take_waits();
    generate(language, {embeds, options, with_attention}, cache, [&](const GeneratedToken& token) {
        written.ids.push_back(token.id);
        const fake::Counters step = fake::counters(0) - before;
        written.waits.push_back(step.synchronisations);
        written.allocations.push_back(step.allocations);
        written.attention = token.attention;
        before = fake::counters(0);
        return false;
    });
    return written;
}

at::Tensor first_logits(const PlacementOptions& where) {
    const c10::InferenceMode guard;
    const LanguageModel language = random_language(small_config(), where);
    at::manual_seed(3);
    const at::Tensor embeds = at::randn({20, language.config().hidden_size}) * 0.5;
    KeyValueCache cache(language.config(), 64, language.placement());
    return language.logits(language.forward(embeds.to(where.device), cache)).cpu();
}

TEST(OnFake, GreedyTokensEqualTheCpu) {
    const Written there = write(placed("fake:0", "fp32"), true),
                  here = write(placed("cpu", "fp32"), true);
    EXPECT_EQ(there.ids, here.ids);
    EXPECT_EQ(there.ids.size(), 12U);
    EXPECT_LT(univi::test::relative_error(there.attention, here.attention), 1e-4);
}

/// More positions than a cache begins with, some of them one by one across the edge.
TEST(OnFake, ACacheGrowsWithUse) {
    const c10::InferenceMode guard;
    const auto run = [](const PlacementOptions& where, std::vector<std::int64_t>* live) {
        const LanguageModel language = random_language(small_config(), where);
        at::manual_seed(3);
        const at::Tensor embeds = at::randn({700, language.config().hidden_size}) * 0.5;
        KeyValueCache cache(language.config(), 4000, language.placement());
        const std::int64_t before = fake::counters(0).live_bytes;
        std::vector<at::Tensor> logits;
        for (const auto& [begin, count] :
             {std::pair{0, 508}, {508, 1}, {509, 1}, {510, 1}, {511, 1}, {512, 1}, {513, 187}}) {
            const at::Tensor hidden =
                language.forward(embeds.narrow(0, begin, count).to(where.device), cache);
            logits.push_back(language.logits(hidden.narrow(0, count - 1, 1)).cpu());
            live->push_back(cache.reserved());
        }
        EXPECT_EQ(cache.length(), 700);
        live->push_back(fake::counters(0).live_bytes - before);
        return at::cat(logits);
    };
    std::vector<std::int64_t> live, here;
    const at::Tensor there = run(placed("fake:0", "fp32"), &live);
    EXPECT_LT(univi::test::relative_error(there, run(placed("cpu", "fp32"), &here)), 1e-5);
    EXPECT_EQ(live[0], 512);
    EXPECT_EQ(live[4], 512);
    EXPECT_EQ(live[5], 1024);
    EXPECT_EQ(live[6], 1024);
    EXPECT_LT(live.back(), KeyValueCache::bytes_of(small_config(), 4000, {}) / 4);
    EXPECT_EQ(here[0], 4000);
}

class OnFakeIn : public testing::TestWithParam<std::string> {};

TEST_P(OnFakeIn, LogitsEqualTheCpu) {
    // On the CPU int8 and int4 multiply in 8-bit integers, on a device with the widened weights.
    const double tolerance = GetParam() == "fp32" ? 1e-4 : 8e-2;
    EXPECT_LT(univi::test::relative_error(first_logits(placed("fake:0", GetParam())),
                                          first_logits(placed("cpu", GetParam()))),
              tolerance);
}

TEST_P(OnFakeIn, ATokenWaitsOnceForTheDevice) {
    for (const bool with_attention : {false, true}) {
        const Written there = write(placed("fake:0", GetParam()), with_attention);
        for (std::size_t i = 0; i < there.waits.size(); ++i)
            EXPECT_EQ(there.waits[i], 1)
                << "at token " << i << ": " << testing::PrintToString(fake::take_waits());
    }
}

INSTANTIATE_TEST_SUITE_P(Precisions, OnFakeIn, testing::Values("fp32", "bf16", "int8", "int4"));

TEST(OnFake, ATokenTakesAsMuchMemoryAsTheOneBefore) {
    const Written there = write(placed("fake:0", "fp32"));
    for (std::size_t i = 2; i < there.allocations.size(); ++i)
        EXPECT_EQ(there.allocations[i], there.allocations[1]) << "token " << i;
}

TEST(OnFake, APlantedTensorOfAnotherDeviceIsFound) {
    const c10::InferenceMode guard;
    const PlacementOptions where = placed("fake:0", "fp32");
    const LanguageModel language = random_language(small_config(), where);
    KeyValueCache planted(language.config(), 64, placed("fake:1", "fp32"));
    const at::Tensor embeds = at::zeros({1, 64}, at::device(where.device));
    try {
        language.forward(embeds, planted);
        ADD_FAILURE() << "keys of another device were used";
    } catch (const std::exception& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("fake:0 and fake:1"));
    }
}

TEST(FakeBudget, APlantedHostReadIsCounted) {
    const c10::InferenceMode guard;
    const PlacementOptions where = placed("fake:0", "fp32");
    const LanguageModel language = random_language(small_config(), where);
    KeyValueCache cache(language.config(), 64, language.placement());
    const at::Tensor embeds = at::zeros({1, 64}, at::device(where.device));
    const fake::Counters before = fake::counters(0);
    const at::Tensor hidden = language.forward(embeds, cache);
    ASSERT_EQ((fake::counters(0) - before).synchronisations, 0);
    EXPECT_TRUE(hidden.isfinite().all().item<bool>());  // planted
    EXPECT_EQ((fake::counters(0) - before).synchronisations, 1);
}

}  // namespace
}  // namespace univi::model::test
