#include "training/engine/run_course.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace univi::training {
namespace {

TrainOptions options_for(std::int64_t batch, std::int64_t accumulation, double epochs) {
    TrainOptions options;
    options.per_device_train_batch_size = batch;
    options.gradient_accumulation_steps = accumulation;
    options.num_train_epochs = epochs;
    return options;
}

/// Steps of the course from its position to its end; the batches each of them has.
std::vector<std::int64_t> walk(RunCourse& course) {
    std::vector<std::int64_t> batches;
    while (!course.is_complete()) {
        std::int64_t at = course.position().batches, before = at;
        do ++at;
        while (!course.ends_step(at));
        course.finish_step(at);
        batches.push_back(at - before);
    }
    return batches;
}

/// Ten samples are five batches an epoch; steps count on across epochs.
TEST(RunCourse, StepsCountOnAcrossEpochs) {
    const TrainOptions options = options_for(2, 3, 3);
    RunCourse course(options, 10, 1, 0);
    EXPECT_EQ(course.batches_per_epoch(), 5);
    EXPECT_FALSE(course.ends_step(2));
    EXPECT_TRUE(course.ends_step(3));
    EXPECT_FALSE(course.ends_step(5));  // the end of an epoch
    EXPECT_TRUE(course.ends_step(6));
    for (const std::int64_t batches : walk(course)) EXPECT_EQ(batches, 3);
    EXPECT_EQ(course.position().step, course.total_steps());
    EXPECT_TRUE(course.ended_epoch());
}

TEST(RunCourse, AnEpochOfFewBatchesIsOneStep) {
    const TrainOptions options = options_for(2, 16, 2);
    RunCourse course(options, 10, 1, 0);
    EXPECT_EQ(walk(course), (std::vector<std::int64_t>{5, 5}));
}

TEST(RunCourse, KnowsWhenAnEpochEnds) {
    const TrainOptions options = options_for(2, 1, 2);
    RunCourse course(options, 4, 1, 0);
    std::vector<bool> ends;
    for (std::int64_t batch = 1; batch <= 4; ++batch) {
        course.finish_step(batch);
        ends.push_back(course.ended_epoch());
    }
    EXPECT_EQ(ends, (std::vector<bool>{false, true, false, true}));
    EXPECT_EQ(course.epoch(), 2.0);
}

TEST(RunCourse, TheLastBatchMayBeTooSmallForAllRanks) {
    const TrainOptions options = options_for(2, 1, 1);
    const RunCourse course(options, 9, 2, 0);  // batches of 4, 4 and 1
    EXPECT_EQ(course.ranks_in_batch(0), 2);
    EXPECT_EQ(course.ranks_in_batch(2), 1);
}

TEST(RunCourse, GoesOnWithOtherBatchesAtTheFirstSampleNotUsed) {
    const TrainOptions before = options_for(2, 1, 1), after = options_for(4, 1, 1);
    RunCourse first(before, 16, 1, 0);
    first.finish_step(1);
    first.finish_step(2);
    first.add_loss(3);
    RunPosition saved = first.position_to_save();
    saved.made_with = {2, 1, 1, 16, false};
    EXPECT_EQ(saved.samples->in_epoch, 4);
    RunCourse second(after, 16, 1, 0);
    EXPECT_EQ(second.total_steps(), 4);
    EXPECT_EQ(second.total_steps_from(saved), 5);
    EXPECT_TRUE(second.go_on_from(saved).contains("batch_size"));
    EXPECT_EQ(second.total_steps(), 5);
    EXPECT_EQ(second.next_sample().in_epoch, 4);
    EXPECT_EQ(second.position().loss_total, 3);
    EXPECT_EQ(walk(second).size(), 3U);
}

TEST(RunCourse, DataThatFillNoBatchAreRefused) {
    TrainOptions options = options_for(8, 1, 1);
    options.dataloader_drop_last = true;
    EXPECT_THROW(RunCourse(options, 7, 1, 0), base::Error);
}

}  // namespace
}  // namespace univi::training
