// A screen that is shared by PipeWire: the real daemon, a producer of the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "core/media/camera.h"
#include "core/media/image_file.h"
#include "tests/core/media/live_watcher.h"
#include "tests/core/media/media_error.h"
#include "tests/support/clips.h"
#include "tests/support/pipewire_screen.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using test::error_of;
using test::frames_of;
using test::LiveWatcher;
using test::media_error_of;
using test::PipeWireScreen;
using test::ScratchFolder;
using testing::HasSubstr;

class PipeWireReading : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!PipeWireScreen::is_installed()) GTEST_SKIP() << "PipeWire's daemon is not installed";
    }
    static CameraSource shared(const PipeWireScreen& screen) {
        return {std::to_string(screen.node()), kSharedFormat, screen.connection()};
    }
    const ScratchFolder run_, folder_;
};

TEST_F(PipeWireReading, EveryFormOfItsPicturesIsRead) {
    const test::ScreenForm forms[] = {
        {.width = 160, .height = 120},
        {.width = 161, .height = 121, .gap = 64, .is_rgb = true},
        {.width = 400, .height = 300, .x = 20, .y = 30, .part_width = 160, .part_height = 120}};
    for (const test::ScreenForm& form : forms) {
        const ScratchFolder run;
        const PipeWireScreen screen(run.path(), form);
        photograph(shared(screen), folder_ / "still.png");
        const Image image = read_image(folder_ / "still.png");
        EXPECT_EQ(image.width, form.part_width ? form.part_width : form.width);
        EXPECT_EQ(image.height, form.part_height ? form.part_height : form.height);
        const int number = test::read_number(image);
        EXPECT_GE(number, 0);
        EXPECT_LT(number, screen.painted());
    }
}

/// A screen sends pictures only when they change; those of a live source go on.
TEST_F(PipeWireReading, AStillScreenIsSeenOnAndOn) {
    PipeWireScreen screen(run_.path());
    LiveWatcher watcher;
    const LiveCamera camera(shared(screen), test::window(3, 0.2), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(4)) << watcher.why();
    screen.stand_still();
    ASSERT_TRUE(watcher.wait_for(watcher.last().taken + 5)) << watcher.why();
    EXPECT_EQ(camera.write_window(folder_ / "window.mkv").frames, 3);
    const auto frames = frames_of(folder_ / "window.mkv");
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(test::read_number(frames[0].image), screen.painted() - 1);
    EXPECT_EQ(test::read_number(frames[2].image), screen.painted() - 1);
}

TEST_F(PipeWireReading, AScreenThatIsNotSharedAnyMoreIsSaid) {
    PipeWireScreen screen(run_.path());
    LiveWatcher watcher;
    const LiveCamera camera(shared(screen), test::window(3, 0.2), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(2)) << watcher.why();
    screen.end();
    ASSERT_TRUE(watcher.wait_for_end());
    EXPECT_THAT(watcher.why(), HasSubstr("The shared screen is not shared any more"));
}

TEST_F(PipeWireReading, WithoutAPictureItEnds) {
    PipeWireScreen screen(run_.path());
    screen.stand_still();
    CameraOptions options;
    options.patience_s = 0.5;
    EXPECT_THAT(media_error_of([&] { photograph(shared(screen), folder_ / "still.png", options); }),
                HasSubstr("The shared screen sends no pictures; share it again."));
    LiveWatcher watcher;
    auto camera =
        std::make_unique<LiveCamera>(shared(screen), test::window(3, 0.2), watcher.observer());
    camera.reset();  // does not wait for the first picture
    EXPECT_EQ(watcher.why(), "");
}

TEST_F(PipeWireReading, WhatIsNoPipeWireIsSaid) {
    EXPECT_NE(error_of(
                  [&] {
                      photograph({"screen", kSharedFormat}, folder_ / "a.png");
                  },
                  base::ErrorKind::Usage),
              "");
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    EXPECT_THAT(media_error_of([&] {
                    photograph({"1", kSharedFormat, ends[1]}, folder_ / "a.png");
                }),
                HasSubstr("The shared screen cannot be seen"));
    EXPECT_THAT(media_error_of([&] {
                    photograph({"1", kSharedFormat, 987}, folder_ / "a.png");
                }),
                HasSubstr("The shared screen cannot be seen"));
}

}  // namespace
}  // namespace univi::media
