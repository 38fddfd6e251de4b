#include "core/server/stop_texts.h"

#include <gtest/gtest.h>

namespace univi::test {
namespace {

using server::StopTexts;

TEST(StopTexts, WithoutOnesAllIsShownAtOnce) {
    StopTexts stops({});
    EXPECT_EQ(stops.push("a cat"), "a cat");
    EXPECT_EQ(stops.finish(), "");
    EXPECT_EQ(stops.length(), 5U);
}

TEST(StopTexts, EndsWhereOneBegins) {
    StopTexts stops({"###", "\n\n"});
    EXPECT_EQ(stops.push("a cat\n"), "a cat");
    EXPECT_EQ(stops.push("sits\n\nhere"), "\nsits");
    EXPECT_TRUE(stops.stopped());
    EXPECT_EQ(stops.push("more"), "");
    EXPECT_EQ(stops.finish(), "");
    EXPECT_EQ(stops.length(), 10U);
}

TEST(StopTexts, HoldsBackWhatMayBecomeOne) {
    StopTexts stops({"STOP"});
    EXPECT_EQ(stops.push("aST"), "a");
    EXPECT_EQ(stops.length(), 3U);
    EXPECT_EQ(stops.push("OST"), "STO");
    EXPECT_EQ(stops.push("OP and"), "");
    EXPECT_TRUE(stops.stopped());
    EXPECT_EQ(stops.length(), 4U);
}

TEST(StopTexts, TheFirstOfSeveralCounts) {
    StopTexts stops({"c", "ab"});
    EXPECT_EQ(stops.push("xabc"), "x");
    EXPECT_TRUE(stops.stopped());
}

TEST(StopTexts, WhatWasHeldBackIsShownAtTheEnd) {
    StopTexts stops({"STOP"});
    EXPECT_EQ(stops.push("aSTO"), "a");
    EXPECT_EQ(stops.finish(), "STO");
    EXPECT_FALSE(stops.stopped());
    EXPECT_EQ(stops.length(), 4U);
}

}  // namespace
}  // namespace univi::test
