// Where a run goes on whose batches changed on the way.
#include "training/engine/batch_settings.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace univi::training {
namespace {

RankShare share_of(std::int64_t samples, std::int64_t batch, bool drop_last = false) {
    return {.num_samples = samples, .batch_size = batch, .drop_last = drop_last};
}

/// What a run of `steps` steps leaves in its checkpoint.
SavedPlace saved_after(const RankShare& share, std::int64_t accumulation, std::int64_t step,
                       std::int64_t batches) {
    SavedPlace saved{.step = step, .batches = batches, .samples = share.position(batches)};
    saved.grid = share.grid;
    saved.made_with = {share.batch_size, accumulation, 1, share.num_samples, share.drop_last};
    return saved;
}

/// Positions of the batches from `first` on, all ranks together.
std::vector<std::int64_t> positions(RankShare share, std::int64_t first, std::int64_t count) {
    std::vector<std::int64_t> result;
    for (std::int64_t batch = first; batch < first + count; ++batch)
        for (share.rank = 0; share.rank < share.ranks; ++share.rank)
            for (auto part = share.part(batch); part.begin < part.end; ++part.begin)
                result.push_back(part.begin);
    return result;
}

std::vector<std::int64_t> range(std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> result;
    for (; begin < end; ++begin) result.push_back(begin);
    return result;
}

TEST(BatchSettings, TheSameSettingsGoOnExactly) {
    const RankShare share = share_of(10, 4);
    const SavedPlace saved = saved_after(share, 2, 3, 6);
    EXPECT_EQ(fit_grid(saved, share, 2), BatchGrid{});
    EXPECT_EQ(share.epochs(6), 2.0);
}

TEST(BatchSettings, EverySampleOfEveryEpochIsUsedOnceWhateverTheBatches) {
    for (const std::int64_t samples : {7, 8, 10, 12})
        for (const std::int64_t before : {1, 2, 3, 5, 20})
            for (const std::int64_t now : {1, 2, 3, 4, 7, 16})
                for (const std::int64_t ranks : {1, 2, 3})
                    for (std::int64_t done = 0; done < 9; ++done) {
                        const RankShare old = share_of(samples, before);
                        RankShare share = share_of(samples, now);
                        share.ranks = ranks;
                        const SavedPlace saved = saved_after(old, 1, done, done);
                        share.grid =
                            fit_grid(saved, share, 2);  // other accumulation: never the same
                        const SamplePosition at = old.position(done);
                        const auto used = positions(share, saved.batches, 40);
                        const std::int64_t begin = at.epoch * samples + at.in_epoch;
                        ASSERT_EQ(used,
                                  range(begin, begin + static_cast<std::int64_t>(used.size())))
                            << samples << ' ' << before << ' ' << now << ' ' << ranks << ' '
                            << done;
                        ASSERT_EQ(share.position(saved.batches), at);
                    }
}

TEST(BatchSettings, ABatchNeverCrossesAnEpoch) {
    RankShare share = share_of(10, 4);
    share.grid = {.step = 1, .batch = 1, .samples = {0, 3}};
    EXPECT_EQ(share.part(1).begin, 3);
    EXPECT_EQ(share.part(1).size(), 4);
    EXPECT_EQ(share.part(2).size(), 3);  // 7, 8, 9: the epoch's last, incomplete one
    EXPECT_EQ(share.part(3).begin, 10);
    EXPECT_EQ(share.part(3).size(), 4);
    share.drop_last = true;
    EXPECT_EQ(share.part(1).begin, 3);
    EXPECT_EQ(share.part(2).begin, 10);
    EXPECT_EQ(share.position(2), (SamplePosition{1, 0}));
}

TEST(BatchSettings, AnEpochWithoutAWholeBatchLeftIsOver) {
    RankShare share = share_of(10, 4, /*drop_last=*/true);
    share.grid = {.step = 4, .batch = 4, .samples = {0, 8}};
    EXPECT_EQ(share.part(4).begin, 10);
}

TEST(BatchSettings, EpochsAreTold) {
    RankShare share = share_of(8, 3);
    share.grid = {.step = 1, .batch = 1, .samples = {0, 2}};
    EXPECT_DOUBLE_EQ(share.epochs(1), 0.25);
    EXPECT_DOUBLE_EQ(share.epochs(2), 0.625);
    EXPECT_DOUBLE_EQ(share.epochs(3), 1);
    EXPECT_DOUBLE_EQ(share.epochs(6), 2);
}

TEST(BatchSettings, EpochsToDoGiveTheStepsThatAreLeft) {
    const auto total = [](std::int64_t samples, std::int64_t before, std::int64_t done,
                          std::int64_t now, std::int64_t accumulation, double epochs) {
        RankShare share = share_of(samples, now);
        share.grid =
            fit_grid(saved_after(share_of(samples, before), 1, done, done), share, accumulation);
        const StepPlan plan = plan_steps(samples, now, accumulation, epochs, 0);
        return total_steps(plan, share, accumulation, epochs, 0);
    };
    EXPECT_EQ(total(8, 2, 2, 4, 1, 1), 3);  // four samples are left: one step
    EXPECT_EQ(total(8, 2, 2, 1, 1, 1), 6);  // four steps
    EXPECT_EQ(total(8, 2, 1, 3, 1, 1), 3);  // six samples: two steps
    EXPECT_EQ(total(8, 2, 2, 2, 2, 1), 3);  // two batches a step
    EXPECT_EQ(total(8, 2, 6, 4, 1, 3), 9);  // half of the second epoch, the third
    EXPECT_EQ(total(8, 2, 4, 4, 1, 1), 4);  // the epoch was done
    EXPECT_EQ(total(8, 2, 2, 4, 1, 0.5), 2);
    EXPECT_EQ(total(8, 2, 2, 1, 1, 0.75), 4);
    EXPECT_EQ(total_steps({.total_steps = 5}, share_of(8, 4), 1, 1, 5), 5);
}

TEST(BatchSettings, AnOlderCheckpointTellsItsPositionInBatches) {
    SavedPlace saved{.step = 5, .batches = 5};
    saved.made_with = {3, 1};  // of eight samples: three batches an epoch
    RankShare share = share_of(8, 4);
    const BatchGrid grid = fit_grid(saved, share, 1);
    EXPECT_EQ(grid.samples, (SamplePosition{1, 6}));
    saved.made_with = {4, 1};
    EXPECT_EQ(fit_grid(saved, share, 1), BatchGrid{});
}

TEST(BatchSettings, ASecondChangeKeepsTheOrderTheEpochWasBegunIn) {
    RankShare share = share_of(100, 4);
    share.grid = fit_grid(saved_after(share_of(100, 2), 3, 2, 6), share, 1);
    EXPECT_EQ(share.grid.group, 6);
    RankShare again = share_of(100, 5);
    again.grid = fit_grid(saved_after(share, 1, 4, 8), again, 1);
    EXPECT_EQ(again.grid.samples, (SamplePosition{0, 20}));
    EXPECT_EQ(again.grid.group, 6);
    RankShare later = share_of(100, 5);
    later.grid = fit_grid(saved_after(share, 1, 28, 32), later, 1);  // in the second epoch
    EXPECT_EQ(later.grid.samples.epoch, 1);
    EXPECT_EQ(later.grid.group, 4);
}

TEST(BatchSettings, LessDataEndsTheEpoch) {
    RankShare share = share_of(6, 2);
    const BatchGrid grid = fit_grid(saved_after(share_of(10, 2), 1, 4, 4), share, 1);
    EXPECT_EQ(grid.samples, (SamplePosition{1, 0}));
}

TEST(BatchSettings, ChangesAreToldByName) {
    const auto changes = batch_changes({2, 3, 2, 8, false}, {4, 1, 1, 8, false});
    EXPECT_EQ(changes.at("batch_size"), (protocol::train::BatchChange{2, 4}));
    EXPECT_EQ(changes.at("samples_a_step"), (protocol::train::BatchChange{6, 4}));
    EXPECT_EQ(describe_changes(changes),
              "samples a batch 2 → 4, ranks 2 → 1, batches a step 3 → 1, samples a step 6 → 4");
    EXPECT_TRUE(batch_changes({2, 3}, {2, 3, 4, 8}).empty());  // an older checkpoint
}

TEST(BatchSettings, GroupsByLengthEndAnEpochAsItWasBegun) {
    std::vector<std::int32_t> lengths;
    for (int i = 0; i < 200; ++i) lengths.push_back((i * 37) % 101);
    const auto shared = std::make_shared<const std::vector<std::int32_t>>(lengths);
    Sampler before(shared, 4, 1), after(shared, 10, 1);
    after.keep_group(0, 4);
    Sampler plain(shared, 10, 1);
    int differs = 0;
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(after.sample_at(i), before.sample_at(i));
        differs += plain.sample_at(i) != before.sample_at(i);
    }
    EXPECT_GT(differs, 0);
    for (int i = 200; i < 400; ++i) EXPECT_EQ(after.sample_at(i), plain.sample_at(i));
}

}  // namespace
}  // namespace univi::training
