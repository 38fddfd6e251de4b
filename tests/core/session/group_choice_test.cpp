#include "core/session/group_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/errors.h"

namespace univi::test {
namespace {

using session::GroupLayout;
using session::parse_groups;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const GroupLayout kPicture{false, {{64, 32, 16}}};
const GroupLayout kClip{true, {{4, 2, 1}, {4, 2, 1}}};

TEST(GroupChoice, ReadsEveryWayToNameATokenOfAPicture) {
    EXPECT_THAT(parse_groups("7", kPicture), ElementsAre(7));
    EXPECT_THAT(parse_groups("9,7-8,8", kPicture), ElementsAre(7, 8, 9));
    EXPECT_THAT(parse_groups("0:5,1:0,2:15", kPicture), ElementsAre(5, 64, 111));
    EXPECT_THAT(parse_groups("2:0-1", kPicture), ElementsAre(96, 97));
    EXPECT_EQ(parse_groups("stage:1", kPicture).size(), 32U);
    EXPECT_EQ(parse_groups("stage:1", kPicture).front(), 64);
    EXPECT_THAT(parse_groups("", kPicture), IsEmpty());
}

TEST(GroupChoice, ReadsEventsOfAVideo) {
    EXPECT_THAT(parse_groups("event:1", kClip), ElementsAre(7, 8, 9, 10, 11, 12, 13));
    EXPECT_THAT(parse_groups("1:2:0,0:1:1", kClip), ElementsAre(5, 13));
    EXPECT_THAT(parse_groups("stage:2", kClip), ElementsAre(6, 13));
    EXPECT_EQ(parse_groups("event:0-1", kClip).size(), 14U);
}

TEST(GroupChoice, NamesWhatCannotBeLeftOut) {
    const auto refused = [](const char* text, const GroupLayout& layout) {
        return error_of([&] { parse_groups(text, layout); }, base::ErrorKind::Usage);
    };
    EXPECT_THAT(refused("112", kPicture), HasSubstr("there are 112 tokens"));
    EXPECT_THAT(refused("2:16", kPicture), HasSubstr("there are 16 groups"));
    EXPECT_THAT(refused("3:0", kPicture), HasSubstr("there are 3 stages"));
    EXPECT_THAT(refused("event:0", kPicture), HasSubstr("no events"));
    EXPECT_THAT(refused("event:2", kClip), HasSubstr("there are 2 events"));
    EXPECT_THAT(refused("2:0", kClip), HasSubstr("needs its event"));
    for (const char* text :
         {"a", "-1", "1-", "5-3", "1-2-3", ",", "1,", "2:", "0:0:0", "0:0:0:0", "stage:x", " 1"})
        EXPECT_NE(refused(text, kPicture), "") << text;
}

TEST(GroupChoice, NamesAToken) {
    EXPECT_EQ(kPicture.tokens(), 112);
    EXPECT_EQ(kPicture.name_of(0), "0:0");
    EXPECT_EQ(kPicture.name_of(111), "2:15");
    EXPECT_EQ(kClip.name_of(13), "1:2:0");
    for (int token = 0; token < kClip.tokens(); ++token)
        EXPECT_THAT(parse_groups(kClip.name_of(token), kClip), ElementsAre(token));
}

}  // namespace
}  // namespace univi::test
