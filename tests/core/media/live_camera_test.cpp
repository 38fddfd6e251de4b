// FFmpeg's test pictures go the way of a camera's: there is no camera where the tests run.
#include "core/media/live_camera.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/core/media/live_watcher.h"
#include "tests/core/media/media_error.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using base::ErrorKind;
using test::error_of;
using test::frames_of;
using test::window;
using Watcher = test::LiveWatcher;
using test::ScratchFolder;
using testing::HasSubstr;

/// As fast as they are read, or as time goes by.
CameraSource pictures(const std::string& more) {
    return {"testsrc2=size=322x240:rate=10" + more, "lavfi"};
}

TEST(LiveCamera, HoldsTheLastFramesAtTheirDistance) {
    const ScratchFolder folder;
    Watcher watcher;
    const LiveCamera camera(pictures(":duration=9.5"), window(4, 2), watcher.observer());
    ASSERT_TRUE(watcher.wait_for_end());
    EXPECT_EQ(watcher.why(), "");
    const LiveWindow held = camera.write_window(folder / "window.mkv");
    EXPECT_EQ(held.frames, 4);
    EXPECT_DOUBLE_EQ(held.start_s, 2);
    EXPECT_DOUBLE_EQ(held.end_s, 8);
    const auto frames = frames_of(folder / "window.mkv");
    ASSERT_EQ(frames.size(), 4U);
    for (std::size_t i = 0; i < frames.size(); ++i)
        EXPECT_NEAR(frames[i].time_s, 2.0 * double(i), 0.01);
    EXPECT_EQ(frames[0].image.width, 322);
    EXPECT_EQ(watcher.last().held, 4);
    EXPECT_EQ(watcher.last().taken, 5);
    EXPECT_NE(watcher.last().jpeg, "");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(LiveCamera, AFrameIsTheSamePixelsInEveryWindow) {
    const ScratchFolder folder;
    Watcher watcher;
    const LiveCamera camera(pictures(",realtime"), window(3, 0.2), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(3));
    const LiveWindow first = camera.write_window(folder / "a.mkv");
    ASSERT_TRUE(watcher.wait_for(watcher.last().taken + 1));
    const LiveWindow second = camera.write_window(folder / "b.mkv");
    ASSERT_GT(second.start_s, first.start_s);
    const auto before = frames_of(folder / "a.mkv"), after = frames_of(folder / "b.mkv");
    ASSERT_EQ(before.size(), 3U);
    ASSERT_EQ(after.size(), 3U);
    EXPECT_NE(before[0].image.rgb, after[0].image.rgb);
    const auto moved = std::lround((second.start_s - first.start_s) / 0.2);
    if (moved < 3) {
        EXPECT_EQ(before[std::size_t(moved)].image.rgb, after[0].image.rgb);
    }
}

TEST(LiveCamera, ARecordingHasEveryPicture) {
    const ScratchFolder folder;
    Watcher watcher;
    LiveCamera camera(pictures(",realtime"), window(4, 1), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(1));
    EXPECT_NE(error_of([&] { camera.end_recording(); }, ErrorKind::Usage), "");
    camera.record(folder / "all.mkv");
    EXPECT_NE(error_of([&] { camera.record(folder / "b.mkv"); }, ErrorKind::Usage), "");
    ASSERT_TRUE(watcher.wait_for(watcher.last().taken + 2));
    const double seconds = camera.end_recording();
    EXPECT_GT(seconds, 0.9);
    EXPECT_NEAR(double(frames_of(folder / "all.mkv").size()), seconds * 10, 1.1);
    camera.record(folder / "again.mkv");
    ASSERT_TRUE(watcher.wait_for(watcher.last().taken + 1));
    EXPECT_GT(camera.end_recording(), 0);
    EXPECT_FALSE(frames_of(folder / "again.mkv").empty());
}

TEST(LiveCamera, WhatIsRecordedAtTheEndIsKept) {
    const ScratchFolder folder;
    Watcher watcher;
    {
        LiveCamera camera(pictures(",realtime"), window(4, 0.5), watcher.observer());
        ASSERT_TRUE(watcher.wait_for(1));
        camera.record(folder / "all.mkv");
        ASSERT_TRUE(watcher.wait_for(watcher.last().taken + 1));
    }
    EXPECT_FALSE(frames_of(folder / "all.mkv").empty());
}

TEST(LiveCamera, ARecordingThatCannotBeWrittenLeavesTheCameraOn) {
    const ScratchFolder folder;
    Watcher watcher;
    LiveCamera camera(pictures(",realtime"), window(4, 0.2), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(1));
    EXPECT_NE(error_of([&] { camera.record("/nowhere/a.mkv"); }, ErrorKind::File), "");
    EXPECT_NE(error_of([&] { camera.write_window("/nowhere/a.mkv"); }, ErrorKind::File), "");
    ASSERT_TRUE(watcher.wait_for(watcher.last().taken + 1));
    EXPECT_GT(camera.write_window(folder / "a.mkv").frames, 1);
}

TEST(LiveCamera, SaysWhatIsWrong) {
    const ScratchFolder folder;
    for (const auto& [frames, every] : {std::pair{0, 1.0}, {257, 1.0}, {4, 0.0}, {4, 601.0}})
        EXPECT_NE(
            error_of([&, n = frames, s = every] { LiveCamera(pictures(""), window(n, s), {}); },
                     ErrorKind::Usage),
            "");
    Watcher watcher;
    LiveCamera none({"/dev/video99", "v4l2"}, window(4, 1), watcher.observer());
    ASSERT_TRUE(watcher.wait_for_end());
    EXPECT_THAT(watcher.why(), HasSubstr("/dev/video99 is not there; connect a camera."));
    EXPECT_NE(error_of([&] { none.write_window(folder / "a.mkv"); }, ErrorKind::Media), "");
    EXPECT_NE(error_of([&] { none.record(folder / "a.mkv"); }, ErrorKind::Media), "");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace univi::media
