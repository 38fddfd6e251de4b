#include "training/engine/target_watch.h"

#include <gtest/gtest.h>

namespace univi::training {
namespace {

TEST(TargetWatch, SaysOnceThatARowBegins) {
    TargetWatch watch;
    EXPECT_FALSE(watch.begins_without());
    watch.note(0);
    EXPECT_TRUE(watch.begins_without());
    watch.note(0);
    EXPECT_FALSE(watch.begins_without());
    watch.note(5);
    watch.note(0);
    EXPECT_TRUE(watch.begins_without());
}

TEST(TargetWatch, OnlyARowWithoutABreakIsHopeless) {
    TargetWatch watch;
    for (std::int64_t step = 1; step < kMostStepsWithoutTarget; ++step) watch.note(0);
    EXPECT_FALSE(watch.is_hopeless());
    watch.note(1);
    for (std::int64_t step = 1; step < kMostStepsWithoutTarget; ++step) watch.note(0);
    EXPECT_FALSE(watch.is_hopeless());
    watch.note(0);
    EXPECT_TRUE(watch.is_hopeless());
}

TEST(TargetWatch, KnowsThatNothingWasLearned) {
    TargetWatch watch;
    EXPECT_FALSE(watch.has_learned_nothing());  // no step yet
    watch.note(0);
    EXPECT_TRUE(watch.has_learned_nothing());
    watch.note(1);
    watch.note(0);
    EXPECT_FALSE(watch.has_learned_nothing());
}

}  // namespace
}  // namespace univi::training
