#include "core/base/clip_range.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace univi::base {
namespace {

TEST(ClipRange, TimesAreSecondsOrHaveColons) {
    EXPECT_EQ(parse_time("12"), 12);
    EXPECT_EQ(parse_time("12.5"), 12.5);
    EXPECT_EQ(parse_time("0:12"), 12);
    EXPECT_EQ(parse_time("90"), 90);
    EXPECT_EQ(parse_time("1:02:03.5"), 3723.5);
    for (const char* wrong : {"", ":", "1:", ":1", "-1", "1:60", "1.5:2", "1:2:3:4", "a", "1s",
                              "nan", "inf", " 1", "1e3"})
        EXPECT_FALSE(parse_time(wrong)) << wrong;
}

TEST(ClipRange, AWrongPartIsRefused) {
    EXPECT_NO_THROW(ClipRange().check());
    EXPECT_NO_THROW((ClipRange{1, 1.5, 8}).check());
    EXPECT_THROW((ClipRange{2, 2, {}}).check(), Error);
    EXPECT_THROW((ClipRange{{}, 0, {}}).check(), Error);
    EXPECT_THROW((ClipRange{-1, {}, {}}).check(), Error);
    EXPECT_THROW((ClipRange{NAN, {}, {}}).check(), Error);
    EXPECT_THROW((ClipRange{{}, {}, 0}).check(), Error);
    EXPECT_THROW((ClipRange{{}, {}, kMostClipFrames + 1}).check(), Error);
}

TEST(ClipRange, EveryPartHasItsOwnKey) {
    EXPECT_EQ(ClipRange().key(), "");
    EXPECT_NE((ClipRange{1, {}, {}}).key(), (ClipRange{{}, 1, {}}).key());
    EXPECT_NE((ClipRange{1, 2, {}}).key(), (ClipRange{1, 2, 8}).key());
    EXPECT_EQ((ClipRange{1, 2, 8}).key(), (ClipRange{1, 2, 8}).key());
}

}  // namespace
}  // namespace univi::base
