#include "core/session/media_shelf.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/error.h"
#include "tests/support/scratch_folder.h"

namespace univi::session {
namespace {

using univi::test::ScratchFolder;

MediaShelf::Medium medium(std::int64_t serial, const MediumRequest& request) {
    auto out = std::make_shared<EncodedMedium>();
    out->serial = serial;
    out->key = medium_key(request, request.kind);
    out->groups.source = request.path;
    return out;
}

class MediaShelfTest : public testing::Test {
  protected:
    MediumRequest request(const std::string& name, const std::string& text = "x") const {
        return {folder_.write(name, text).string(), MediumKind::Picture};
    }
    ScratchFolder folder_;
    MediaShelf shelf_{2};
};

TEST_F(MediaShelfTest, WhatWasNotUsedForLongestIsDropped) {
    const auto a = request("a"), b = request("b"), c = request("c");
    shelf_.use(medium(1, a));
    shelf_.use(medium(2, b));
    shelf_.use(shelf_.find(a));
    shelf_.use(medium(3, c));
    EXPECT_TRUE(shelf_.holds(1));
    EXPECT_FALSE(shelf_.holds(2));
    EXPECT_TRUE(shelf_.holds(3));
}

TEST_F(MediaShelfTest, FindingAloneKeepsNothingLonger) {
    const auto a = request("a");
    shelf_.use(medium(1, a));
    shelf_.use(medium(2, request("b")));
    EXPECT_NE(shelf_.find(a), nullptr);
    shelf_.use(medium(3, request("c")));
    EXPECT_FALSE(shelf_.holds(1));
}

TEST_F(MediaShelfTest, AChangedFileIsAnotherMedium) {
    const auto a = request("a");
    shelf_.use(medium(1, a));
    EXPECT_NE(shelf_.find(a), nullptr);
    EXPECT_EQ(shelf_.find(request("a", "longer")), nullptr);
}

TEST_F(MediaShelfTest, AVideoOfOtherFramesIsAnotherMedium) {
    auto video = request("a");
    video.kind = MediumKind::Video;
    shelf_.use(medium(1, video));
    EXPECT_NE(shelf_.find(video), nullptr);
    video.max_frames = 8;
    EXPECT_EQ(shelf_.find(video), nullptr);
}

TEST_F(MediaShelfTest, AnotherPartOfAVideoIsAnotherMedium) {
    auto video = request("a");
    video.kind = MediumKind::Video;
    video.clip = {1.0, 2.0, {}};
    shelf_.use(medium(1, video));
    EXPECT_NE(shelf_.find(video), nullptr);
    video.clip.frames = 8;
    EXPECT_EQ(shelf_.find(video), nullptr);
    EXPECT_EQ(shelf_.find_source(video.path, video.clip), nullptr);
}

TEST_F(MediaShelfTest, WhatWasEncodedOutlivesItsFile) {
    const auto a = request("a");
    shelf_.use(medium(1, a));
    std::filesystem::remove(a.path);
    ASSERT_NE(shelf_.find(a), nullptr);
    EXPECT_EQ(shelf_.find(a)->serial, 1);
    EXPECT_EQ(shelf_.find({(folder_ / "other").string(), MediumKind::Picture}), nullptr);
}

TEST_F(MediaShelfTest, AFolderIsNoMedium) {
    EXPECT_THROW(shelf_.find({folder_.path().string(), MediumKind::Auto}), base::Error);
}

}  // namespace
}  // namespace univi::session
