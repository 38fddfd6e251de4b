#include "core/session/group_pictures.h"

#include <gtest/gtest.h>

#include "core/media/image_file.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

/// A 2 x 2 grid over a picture whose left half is black and right half is red; two groups,
/// left and right.
protocol::TokenGroups two_groups(const std::string& picture) {
    protocol::StageGroups stage;
    stage.patch_to_group = {0, 1, 0, 1};
    stage.sizes = {2, 2};
    protocol::TokenGroups groups;
    groups.grid = 2;
    groups.picture_width = groups.picture_height = 64;
    groups.crop = {0, 0, 64, 64};
    groups.frames.push_back({0, 0, picture, {stage, {}, {}}});
    groups.complete = true;
    return groups;
}

std::string half_red(const ScratchFolder& folder) {
    media::Image image{64, 64, std::vector<std::uint8_t>(64 * 64 * 3, 0)};
    for (int y = 0; y < 64; ++y)
        for (int x = 32; x < 64; ++x) image.rgb[(y * 64 + x) * 3] = 200;
    const auto file = (folder / "half.png").string();
    media::write_image(file, image);
    return file;
}

TEST(GroupPictures, FillsGroupsWithTheirMeanColourAndDrawsWhiteLines) {
    const ScratchFolder folder;
    const auto names =
        session::write_group_pictures(two_groups(half_red(folder)), folder.path().string());
    ASSERT_EQ(names, std::vector<std::string>{"stage0.png"})
        << "stages without groups are left out";
    const auto drawn = media::read_image(folder / "stage0.png");
    ASSERT_EQ(drawn.width, 56);
    EXPECT_EQ(drawn.pixel(28, 10)[0], 255) << "the line between the groups";
    EXPECT_EQ(drawn.pixel(28, 10)[1], 255);
    EXPECT_NEAR(drawn.pixel(5, 10)[0], 0, 6);
    EXPECT_NEAR(drawn.pixel(50, 10)[0], 200, 6);
    EXPECT_EQ(drawn.pixel(50, 28)[1], 0) << "no line inside a group";
}

TEST(GroupPictures, PutsAnEventsFramesSideBySideInAFrame) {
    const ScratchFolder folder;
    auto groups = two_groups(half_red(folder));
    groups.is_video = true;
    groups.frames.push_back(groups.frames.front());
    protocol::EventGroups event;
    event.frames = {0, 1};
    event.stages[1].patch_to_group = {0, 0, 0, 0, 1, 1, 1, 1};
    event.stages[1].sizes = {4, 4};
    groups.events.push_back(event);
    const auto names = session::write_group_pictures(groups, folder.path().string());
    EXPECT_EQ(names, (std::vector<std::string>{"frame000_stage0.png", "frame001_stage0.png",
                                               "event0_stage1.png"}));
    const auto drawn = media::read_image(folder / "event0_stage1.png");
    EXPECT_EQ(drawn.width, 2 * 2 * 14 + 2 * 6);
    EXPECT_EQ(drawn.height, 2 * 14 + 2 * 6);
    EXPECT_NEAR(drawn.pixel(10, 20)[0], 80, 5)
        << "0.8 of the mean of both halves over 0.2 of black";
    EXPECT_NEAR(drawn.pixel(25, 20)[0], 120, 5) << "and over 0.2 of red";
    EXPECT_EQ(drawn.pixel(2, 2)[2], 178) << "the frame round the event";
}

}  // namespace
}  // namespace univi::test
