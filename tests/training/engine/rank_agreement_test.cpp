#include "training/engine/rank_agreement.h"

#include <gtest/gtest.h>

#include <barrier>
#include <thread>

namespace univi::training {
namespace {

/// What each rank gets when all of them agree on `tallies`.
std::vector<StepTally> agree(const std::vector<StepTally>& tallies) {
    std::vector<std::vector<double>> given(tallies.size());
    std::barrier all(static_cast<std::ptrdiff_t>(tallies.size()));
    std::vector<StepTally> results(tallies.size());
    std::vector<std::thread> ranks;
    for (std::size_t rank = 0; rank < tallies.size(); ++rank)
        ranks.emplace_back([&, rank] {
            const RankAgreement agreement([&](std::vector<double>& values) {
                given[rank] = values;
                all.arrive_and_wait();
                for (double& value : values) value = 0;
                for (const auto& each : given)
                    for (std::size_t i = 0; i < values.size(); ++i) values[i] += each[i];
            });
            results[rank] = agreement.agree(tallies[rank]);
        });
    for (std::thread& rank : ranks) rank.join();
    return results;
}

TEST(RankAgreement, NumbersAreSummed) {
    StepTally one, two;
    one.loss = 0.25, one.samples = 3, one.tokens = 700, one.targets = 40;
    two.loss = 0.5, two.samples = 1, two.tokens = 11, two.targets = 0;
    for (const StepTally& all : agree({one, two})) {
        EXPECT_EQ(all.loss, 0.75);
        EXPECT_EQ(all.samples, 4);
        EXPECT_EQ(all.tokens, 711);
        EXPECT_EQ(all.targets, 40);
        EXPECT_FALSE(all.wants_stop || all.wants_save || all.is_out_of_memory || all.has_bad_loss);
    }
}

/// What one rank alone met is true of all, each of the four for itself.
TEST(RankAgreement, WhatIsTrueOfOneIsTrueOfAll) {
    for (bool StepTally::*flag : {&StepTally::wants_stop, &StepTally::wants_save,
                                  &StepTally::is_out_of_memory, &StepTally::has_bad_loss}) {
        StepTally quiet, loud;
        loud.*flag = true;
        for (const StepTally& all : agree({quiet, quiet, loud})) {
            EXPECT_TRUE(all.*flag);
            EXPECT_EQ(all.wants_stop + all.wants_save + all.is_out_of_memory + all.has_bad_loss, 1);
        }
    }
}

TEST(RankAgreement, AskingForOneThing) {
    double others = 0;
    const RankAgreement agreement([&](std::vector<double>& values) { values[0] += others; });
    EXPECT_FALSE(agreement.any(false));
    EXPECT_TRUE(agreement.any(true));
    others = 1;
    EXPECT_TRUE(agreement.any(false));
}

}  // namespace
}  // namespace univi::training
