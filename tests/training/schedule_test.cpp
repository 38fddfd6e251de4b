#include "training/options/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>
#include <vector>

#include "core/base/error.h"
#include "training/engine/sampler.h"

namespace univi::training {
namespace {

TEST(Schedule, CosineWithWarmupAsTheReference) {
    const Schedule schedule(ScheduleType::Cosine, 2e-3, 5, 0, 0.03);  // golden train_stage1.json
    const double expected[] = {0.0, 0.002, 0.0017071067811865474, 0.001, 0.00029289321881345256};
    for (int i = 0; i < 5; ++i) EXPECT_NEAR(schedule.rate(i), expected[i], 1e-15);
    EXPECT_EQ(schedule.warmup_steps(), 1);
}

TEST(Schedule, OtherKinds) {
    EXPECT_DOUBLE_EQ(Schedule(ScheduleType::Linear, 1, 10, 0, 0).rate(5), 0.5);
    EXPECT_DOUBLE_EQ(Schedule(ScheduleType::Linear, 1, 10, 0, 0).rate(10), 0);
    EXPECT_DOUBLE_EQ(Schedule(ScheduleType::Constant, 1, 10, 5, 0).rate(0), 1);
    EXPECT_DOUBLE_EQ(Schedule(ScheduleType::ConstantWithWarmup, 1, 10, 4, 0).rate(1), 0.25);
    EXPECT_DOUBLE_EQ(Schedule(ScheduleType::ConstantWithWarmup, 1, 10, 4, 0).rate(9), 1);
}

// Values of transformers' get_scheduler, computed with its formulas by hand.
TEST(Schedule, RestartsFallToZeroInEachCycle) {
    const Schedule schedule(ScheduleType::Restarts, 1, 12, 2, 0, {.num_cycles = 2});
    EXPECT_DOUBLE_EQ(schedule.rate(1), 0.5);
    EXPECT_DOUBLE_EQ(schedule.rate(2), 1);
    EXPECT_NEAR(schedule.rate(6), 0.5 * (1 + std::cos(std::numbers::pi * 0.8)), 1e-12);
    EXPECT_DOUBLE_EQ(schedule.rate(7), 1);  // the second cycle begins
    EXPECT_EQ(schedule.rate(12), 0);
}

TEST(Schedule, PolynomialEndsAtItsEnd) {
    const Schedule schedule(ScheduleType::Polynomial, 1e-3, 10, 0, 0, {.power = 2, .lr_end = 1e-4});
    EXPECT_DOUBLE_EQ(schedule.rate(0), 1e-3);
    EXPECT_NEAR(schedule.rate(5), 9e-4 * 0.25 + 1e-4, 1e-18);
    EXPECT_DOUBLE_EQ(schedule.rate(10), 1e-4);
    EXPECT_DOUBLE_EQ(schedule.rate(99), 1e-4);
    EXPECT_THROW(Schedule(ScheduleType::Polynomial, 1e-8, 10, 0, 0), base::Error);
}

TEST(Schedule, InverseSquareRootPassesThroughThePeak) {
    const Schedule schedule(ScheduleType::InverseSqrt, 2, 1000, 4, 0);
    EXPECT_DOUBLE_EQ(schedule.rate(4), 2);
    EXPECT_DOUBLE_EQ(schedule.rate(16), 1);
    EXPECT_DOUBLE_EQ(Schedule(ScheduleType::InverseSqrt, 2, 1000, 0, 0).rate(30'000), 1);
}

TEST(Schedule, CosineToALowestRate) {
    const Schedule schedule(ScheduleType::MinRate, 2, 10, 0, 0, {.min_lr = 0.5});
    EXPECT_DOUBLE_EQ(schedule.rate(0), 2);
    EXPECT_DOUBLE_EQ(schedule.rate(5), 0.5 + 1.5 * 0.5);
    EXPECT_DOUBLE_EQ(schedule.rate(10), 0.5);
    EXPECT_THROW(Schedule(ScheduleType::MinRate, 2, 10, 0, 0), base::Error);
}

TEST(Schedule, WarmupStableDecay) {
    const Schedule schedule(ScheduleType::StableDecay, 1, 20, 4, 0,
                            {.num_decay_steps = 8, .min_lr_ratio = 0.1});
    EXPECT_DOUBLE_EQ(schedule.rate(2), 0.5);
    EXPECT_DOUBLE_EQ(schedule.rate(11), 1);
    EXPECT_DOUBLE_EQ(schedule.rate(16), 0.1 + 0.9 * 0.5);
    EXPECT_DOUBLE_EQ(schedule.rate(20), 0.1);
    EXPECT_THROW(Schedule(ScheduleType::StableDecay, 1, 20, 4, 0), base::Error);
    EXPECT_THROW(Schedule(ScheduleType::StableDecay, 1, 20, 4, 0, {.num_decay_steps = 17}),
                 base::Error);
}

TEST(Schedule, PlateauReducesAndItsStateGoesOn) {
    const ScheduleSettings settings{.min_lr = 0.02, .factor = 0.5, .patience = 1, .cooldown = 1};
    Schedule schedule(ScheduleType::Plateau, 0.1, 100, 10, 0, settings);
    EXPECT_EQ(schedule.rate(0), 0.1);  // no warm-up
    std::vector<double> rates;
    std::vector<base::Json> states;
    // Better, better, worse (borne), worse (reduces), worse (cooling), worse (borne),
    // worse (reduces), …
    const std::vector<double> losses = {5, 4, 4.5, 4.2, 4.1, 4.0, 4.0, 4.0, 4.0, 4.0, 3.0};
    for (const double loss : losses) {
        states.push_back(schedule.state());
        schedule.observe(loss);
        rates.push_back(schedule.rate(50));
    }
    EXPECT_EQ(rates, (std::vector<double>{0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025,
                                          0.02, 0.02}));
    Schedule resumed(ScheduleType::Plateau, 0.1, 100, 10, 0, settings);
    resumed.restore(base::Json::parse(states[5].dump()));
    for (std::size_t i = 5; i < losses.size(); ++i) {
        resumed.observe(losses[i]);
        EXPECT_EQ(resumed.rate(50), rates[i]) << i;
    }
    EXPECT_THROW(resumed.restore(base::Json::array()), base::Error);
    EXPECT_TRUE(Schedule(ScheduleType::Linear, 1, 10, 0, 0).state().is_null());
}

TEST(Schedule, SettingsComeFromJson) {
    EXPECT_EQ(
        parse_schedule_settings(ScheduleType::Polynomial, R"({"power": 3, "lr_end": 1e-6})").power,
        3);
    EXPECT_EQ(parse_schedule_settings(ScheduleType::Cosine, "").num_cycles, 0);
    const Schedule half(ScheduleType::Cosine, 1, 10, 0, 0,
                        parse_schedule_settings(ScheduleType::Cosine, R"({"num_cycles": 0.25})"));
    EXPECT_NEAR(half.rate(10), 0.5, 1e-12);
    EXPECT_THROW(parse_schedule_settings(ScheduleType::Linear, R"({"power": 3})"), base::Error);
    EXPECT_THROW(parse_schedule_settings(ScheduleType::Polynomial, R"({"power": -1})"),
                 base::Error);
    EXPECT_THROW(parse_schedule_settings(ScheduleType::Polynomial, "[1]"), base::Error);
}

TEST(StepPlan, CountsAsTransformersDoes) {
    EXPECT_EQ(plan_steps(10, 4, 1, 2, -1).total_steps,
              6);  // the incomplete batch of each epoch counts
    EXPECT_EQ(plan_steps(10, 4, 2, 2, -1).total_steps, 2);  // 3 batches, 1 update an epoch
    EXPECT_EQ(plan_steps(3, 4, 8, 3, -1).total_steps,
              3);  // fewer batches than accumulation: one step an epoch
    EXPECT_EQ(plan_steps(10, 4, 1, 2, 5).total_steps, 5);
    EXPECT_EQ(plan_steps(10, 4, 1, 2, -1, /*drop_last=*/true).total_steps, 4);
}

TEST(Sampler, EveryEpochIsAPermutationOfItsOwn) {
    Sampler sampler(100, true, 42);
    std::vector<std::int64_t> first, second;
    for (int i = 0; i < 100; ++i) first.push_back(sampler.sample_at(i));
    for (int i = 0; i < 100; ++i) second.push_back(sampler.sample_at(100 + i));
    EXPECT_NE(first, second);
    EXPECT_EQ(Sampler(100, true, 42).sample_at(137), second[37]);  // anywhere without history
    EXPECT_NE(Sampler(100, true, 43).sample_at(0) * 100 + Sampler(100, true, 43).sample_at(1),
              first[0] * 100 + first[1]);
    for (auto* order : {&first, &second}) {
        std::sort(order->begin(), order->end());
        std::vector<std::int64_t> all(100);
        std::iota(all.begin(), all.end(), 0);
        EXPECT_EQ(*order, all);
    }
}

std::shared_ptr<const std::vector<std::int32_t>> lengths_of(int count) {
    auto lengths = std::make_shared<std::vector<std::int32_t>>();
    for (int i = 0; i < count; ++i) lengths->push_back((i * 7919) % 1009);
    return lengths;
}

TEST(GroupByLength, SharesAreSortedAndTheLongestComesFirst) {
    const auto lengths = lengths_of(1000);
    constexpr int kGroup = 4, kShare = 50 * kGroup;
    Sampler sampler(lengths, kGroup, 7);
    std::vector<std::int64_t> order;
    for (int i = 0; i < 1000; ++i) order.push_back(sampler.sample_at(i));
    EXPECT_EQ((*lengths)[static_cast<std::size_t>(order[0])],
              *std::max_element(lengths->begin(), lengths->end()));
    int rises = 0;
    for (int i = 1; i < 1000; ++i)
        rises += (*lengths)[static_cast<std::size_t>(order[i])] >
                 (*lengths)[static_cast<std::size_t>(order[i - 1])];
    // A rise only where a share begins, or where the longest sample was swapped in for another.
    EXPECT_LE(rises, 1000 / kShare + 1);
    EXPECT_GE(rises, 1);
    EXPECT_EQ(Sampler(lengths, kGroup, 7).sample_at(437), order[437]);
    EXPECT_NE(Sampler(lengths, kGroup, 7).sample_at(1437),
              order[437]);  // another epoch, another order
    std::sort(order.begin(), order.end());
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(GroupByLength, FewSamplesAreOneShare) {
    Sampler sampler(lengths_of(6), 4, 1);
    std::vector<std::int64_t> order;
    for (int i = 0; i < 6; ++i) order.push_back(sampler.sample_at(i));
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
}

TEST(RankShare, RanksTogetherUseWhatOneProcessUses) {
    for (const std::int64_t ranks : {1, 2, 3, 4}) {
        std::vector<std::int64_t> all;
        for (std::int64_t batch = 0; batch < 6; ++batch)
            for (std::int64_t rank = 0; rank < ranks; ++rank) {
                const RankShare share{
                    .num_samples = 29, .batch_size = 12, .ranks = ranks, .rank = rank};
                ASSERT_EQ(share.batches_per_epoch(), 3);
                const auto part = share.part(batch);
                for (auto at = part.begin; at < part.end; ++at) all.push_back(at);
            }
        std::vector<std::int64_t> expected(58);
        std::iota(expected.begin(), expected.end(), 0);
        EXPECT_EQ(all, expected) << ranks;
    }
    const RankShare dropped{
        .num_samples = 29, .batch_size = 12, .ranks = 2, .rank = 1, .drop_last = true};
    EXPECT_EQ(dropped.batches_per_epoch(), 2);
    EXPECT_EQ(dropped.part(2).begin, 29 + 6);
}

TEST(Sampler, FileOrderWrapsRound) {
    Sampler sampler(3, false, 1);
    for (int i = 0; i < 7; ++i) EXPECT_EQ(sampler.sample_at(i), i % 3);
}

}  // namespace
}  // namespace univi::training
