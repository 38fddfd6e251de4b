#include "training/engine/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "training/engine/sampler.h"

namespace univi::training {
namespace {

TEST(Schedule, CosineWithWarmupAsTheReference) {
    const Schedule schedule("cosine", 2e-3, 5, 0, 0.03);  // golden train_stage1.json
    const double expected[] = {0.0, 0.002, 0.0017071067811865474, 0.001, 0.00029289321881345256};
    for (int i = 0; i < 5; ++i) EXPECT_NEAR(schedule.rate(i), expected[i], 1e-15);
    EXPECT_EQ(schedule.warmup_steps(), 1);
}

TEST(Schedule, OtherKinds) {
    EXPECT_DOUBLE_EQ(Schedule("linear", 1, 10, 0, 0).rate(5), 0.5);
    EXPECT_DOUBLE_EQ(Schedule("linear", 1, 10, 0, 0).rate(10), 0);
    EXPECT_DOUBLE_EQ(Schedule("constant", 1, 10, 5, 0).rate(0), 1);
    EXPECT_DOUBLE_EQ(Schedule("constant_with_warmup", 1, 10, 4, 0).rate(1), 0.25);
    EXPECT_DOUBLE_EQ(Schedule("constant_with_warmup", 1, 10, 4, 0).rate(9), 1);
}

TEST(StepPlan, CountsAsTransformersDoes) {
    EXPECT_EQ(plan_steps(10, 4, 1, 2, -1).total_steps, 6);   // the incomplete batch of each epoch counts
    EXPECT_EQ(plan_steps(10, 4, 2, 2, -1).total_steps, 2);   // 3 batches, 1 update an epoch
    EXPECT_EQ(plan_steps(3, 4, 8, 3, -1).total_steps, 3);    // fewer batches than accumulation: one step an epoch
    EXPECT_EQ(plan_steps(10, 4, 1, 2, 5).total_steps, 5);
}

TEST(Sampler, EveryEpochIsAPermutationOfItsOwn) {
    Sampler sampler(100, true, 42);
    std::vector<std::int64_t> first, second;
    for (int i = 0; i < 100; ++i) first.push_back(sampler.sample_at(i));
    for (int i = 0; i < 100; ++i) second.push_back(sampler.sample_at(100 + i));
    EXPECT_NE(first, second);
    EXPECT_EQ(Sampler(100, true, 42).sample_at(137), second[37]);  // anywhere without history
    EXPECT_NE(Sampler(100, true, 43).sample_at(0) * 100 + Sampler(100, true, 43).sample_at(1), first[0] * 100 + first[1]);
    for (auto* order : {&first, &second}) {
        std::sort(order->begin(), order->end());
        std::vector<std::int64_t> all(100);
        std::iota(all.begin(), all.end(), 0);
        EXPECT_EQ(*order, all);
    }
}

TEST(Sampler, FileOrderWrapsRound) {
    Sampler sampler(3, false, 1);
    for (int i = 0; i < 7; ++i) EXPECT_EQ(sampler.sample_at(i), i % 3);
}

}  // namespace
}  // namespace univi::training
