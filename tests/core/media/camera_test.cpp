// FFmpeg's test pictures go the way of a camera's: there is no camera where the tests run.
#include "core/media/camera.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/media/image_file.h"
#include "core/media/video.h"
#include "tests/core/media/media_error.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using base::ErrorKind;
using test::error_of;
using test::media_error_of;
using test::ScratchFolder;
using testing::HasSubstr;

const CameraSource kPictures{"testsrc2=size=322x240:rate=10", "lavfi"};

TEST(Camera, ARecordingIsAVideoOfThatLength) {
    const ScratchFolder folder;
    CameraOptions options;
    options.seconds = 2;
    EXPECT_NEAR(record_camera(kPictures, folder / "clip.mkv", options), 2, 0.11);
    FrameSampling all;
    all.framerate = 10;
    VideoReader video(folder / "clip.mkv", all);
    EXPECT_EQ(video.info().width, 322);
    EXPECT_EQ(video.info().height, 240);
    EXPECT_EQ(video.info().num_frames, 20);
    EXPECT_NEAR(video.info().duration_s, 2, 0.11);
    double last = -1;
    while (const auto frame = video.next()) {
        EXPECT_GT(frame->time_s, last);
        last = frame->time_s;
    }
    EXPECT_NEAR(last, 1.9, 0.01);
    // Nothing else is left beside it.
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Camera, AStillIsAPicture) {
    const ScratchFolder folder;
    photograph(kPictures, folder / "still.png");
    const Image image = read_image(folder / "still.png");
    EXPECT_EQ(image.width, 322);
    EXPECT_EQ(image.height, 240);
}

TEST(Camera, ASourceThatEndsEarlyIsKeptAsFar) {
    const ScratchFolder folder;
    const CameraSource brief{"testsrc2=size=64x48:rate=10:duration=0.5", "lavfi"};
    EXPECT_NEAR(record_camera(brief, folder / "clip.mkv"), 0.5, 0.11);
    photograph(brief, folder / "still.jpg");
    EXPECT_EQ(read_image(folder / "still.jpg").width, 64);
}

TEST(Camera, WithoutOneASentenceSaysSo) {
    const ScratchFolder folder;
    const CameraSource none{"/dev/video99", "v4l2"};
    EXPECT_THAT(media_error_of([&] { record_camera(none, folder / "clip.mkv"); }),
                HasSubstr("/dev/video99 is not there; connect a camera."));
    EXPECT_THAT(media_error_of([&] {
                    photograph({"/etc/hostname", "v4l2"}, folder / "a.png");
                }),
                HasSubstr("cannot be used as a camera"));
    EXPECT_NE(error_of(
                  [&] {
                      photograph({"x", "concat"}, folder / "a.png");
                  },
                  ErrorKind::Usage),
              "");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    for (const Camera& camera : list_cameras()) EXPECT_THAT(camera.device, HasSubstr("/dev/"));
}

TEST(Camera, AStopEndsItAndLeavesNoFile) {
    const ScratchFolder folder;
    base::StopSource stop;
    stop.request_stop();
    const auto record = [&] {
        record_camera(kPictures, folder / "clip.mkv", {}, stop.get_token());
    };
    EXPECT_NE(error_of(record, ErrorKind::Stopped), "");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    EXPECT_NE(
        error_of([&] { record_camera(kPictures, folder / "no" / "clip.mkv"); }, ErrorKind::File),
        "");
}

}  // namespace
}  // namespace univi::media
