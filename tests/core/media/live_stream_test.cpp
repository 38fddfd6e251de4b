// A stream behind an address as what is live: servers of the test play the cameras.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "core/media/image_file.h"
#include "core/media/live_camera.h"
#include "tests/core/media/live_watcher.h"
#include "tests/support/clips.h"
#include "tests/support/http_server.h"
#include "tests/support/rtsp_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using test::frames_of;
using test::HttpServer;
using test::LiveWatcher;
using test::ScratchFolder;
using testing::HasSubstr;
using testing::Not;

constexpr int kClipFrames = 100;  ///< four seconds

std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string clip_bytes(const ScratchFolder& folder, const std::string& name,
                       int frames = kClipFrames) {
    test::ClipOptions options;
    options.num_frames = frames;
    options.b_frames = 0;  // as cameras code
    test::write_clip(folder / name, options);
    return bytes_of(folder / name);
}

CameraSource stream(const std::string& address) {
    return {address, kStreamFormat};
}

LiveOptions patient(double patience_s, int frames = 4, double every = 1) {
    LiveOptions options = test::window(frames, every);
    options.camera.patience_s = patience_s;
    return options;
}

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Why a live stream ended; "nothing" where no reason was given.
std::string end_of(const std::string& address, double patience_s = 20) {
    LiveWatcher watcher;
    const LiveCamera camera(stream(address), patient(patience_s), watcher.observer());
    if (!watcher.wait_for_end()) return "it goes on";
    const std::string why = watcher.why();
    return why.empty() ? "nothing" : why;
}

class LiveStreamOf : public ::testing::TestWithParam<const char*> {};

/// A clip that is sent again and again: its clock goes back each time, or there is none.
TEST_P(LiveStreamOf, TheWindowLiesByTheStreamsTime) {
    const ScratchFolder folder;
    const HttpServer server(clip_bytes(folder, GetParam()));
    LiveWatcher watcher;
    const LiveCamera camera(stream(server.address("/endless")), patient(20, 5), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(12)) << watcher.why();
    const LiveWindow held = camera.write_window(folder / "window.mkv");
    EXPECT_EQ(held.frames, 5);
    EXPECT_NEAR(held.end_s - held.start_s, 4, 0.1);
    const auto frames = frames_of(folder / "window.mkv");
    ASSERT_EQ(frames.size(), 5U);
    for (std::size_t i = 1; i < frames.size(); ++i) {
        const int step =
            test::read_number(frames[i].image) - test::read_number(frames[i - 1].image);
        // A frame or two may get lost where the clip begins again.
        EXPECT_NEAR((step + kClipFrames) % kClipFrames, 25, 2);
    }
}

INSTANTIATE_TEST_SUITE_P(Containers, LiveStreamOf, ::testing::Values("a.ts", "a.h264"));

/// Its pictures carry no times: those of their arrival count.
TEST(LiveStream, ACameraOfJpegsIsTimedByArrival) {
    const ScratchFolder folder;
    write_image(folder / "a.jpg", test::numbered_picture(5, 160, 120));
    const HttpServer server(bytes_of(folder / "a.jpg"));
    LiveWatcher watcher;
    const LiveCamera camera(stream(server.address("/jpegs")), patient(20, 3, 0.5),
                            watcher.observer());
    ASSERT_TRUE(watcher.wait_for(6)) << watcher.why();
    const auto begin = Clock::now();
    const double first = watcher.last().seconds;
    ASSERT_TRUE(watcher.wait_for(10)) << watcher.why();
    EXPECT_NEAR(watcher.last().seconds - first, seconds_since(begin), 1.2);
    EXPECT_EQ(camera.write_window(folder / "window.mkv").frames, 3);
    EXPECT_EQ(test::read_number(frames_of(folder / "window.mkv").back().image), 5);
}

TEST(LiveStream, ACameraOfRtspIsRead) {
    const ScratchFolder folder;
    clip_bytes(folder, "camera.mkv", 1000);
    const test::RtspServer server(folder / "camera.mkv");
    LiveWatcher watcher;
    LiveCamera camera(stream(server.address()), patient(20, 3, 0.2), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(4)) << watcher.why();
    EXPECT_EQ(camera.write_window(folder / "window.mkv").frames, 3);
    ASSERT_TRUE(watcher.wait_for_end());
    EXPECT_THAT(watcher.why(), HasSubstr("/camera has ended or was cut off; open it again"));
}

/// What has a length is no live stream: it comes as it plays, and its end is no fault.
TEST(LiveStream, AVideoPlaysAtItsPace) {
    const ScratchFolder folder;
    const HttpServer server(clip_bytes(folder, "a.mkv", 50));
    const auto begin = Clock::now();
    EXPECT_EQ(end_of(server.address("/video")), "nothing");
    EXPECT_GT(seconds_since(begin), 1.9);
}

TEST(LiveStream, APhonesVideoIsTurned) {
    const ScratchFolder folder;
    test::ClipOptions options;
    options.num_frames = 10;
    options.muxer_options = "movflags=faststart";
    options.clockwise_degrees = 90;
    test::write_clip(folder / "a.mp4", options);
    const HttpServer server(bytes_of(folder / "a.mp4"));
    LiveWatcher watcher;
    const LiveCamera camera(stream(server.address("/video")), patient(20), watcher.observer());
    ASSERT_TRUE(watcher.wait_for(1)) << watcher.why();
    camera.write_window(folder / "window.mkv");
    EXPECT_EQ(frames_of(folder / "window.mkv").at(0).image.width, 120);
}

TEST(LiveStream, WhatBreaksOffIsSaid) {
    const ScratchFolder folder;
    const HttpServer server(clip_bytes(folder, "a.ts"));
    for (const char* path : {"/brief", "/cut"})
        EXPECT_THAT(end_of(server.address(path)),
                    HasSubstr(std::string(path) + " has ended or was cut off; open it again"));
    EXPECT_THAT(end_of(server.address("/stall"), 2),
                HasSubstr("/stall sends nothing any more; check the network and open it again"));
    EXPECT_THAT(end_of(server.address("/silent"), 0.5), HasSubstr("/silent does not answer"));
    EXPECT_THAT(end_of("file:///etc/passwd"), HasSubstr("is no address of a stream"));
}

TEST(LiveStream, NoSentenceHoldsAPassword) {
    const HttpServer server("");
    const std::string host = server.address("").substr(7);
    for (const std::string& address :
         {"http://me:secret@" + host + "/silent?key=hidden", "http://me:secret@" + host + "/no",
          std::string("rtsp://me:secret@127.0.0.1:1/x?key=hidden")}) {
        const std::string why = end_of(address, 0.3);
        EXPECT_THAT(why, HasSubstr("127.0.0.1"));
        EXPECT_THAT(why, Not(HasSubstr("secret")));
        EXPECT_THAT(why, Not(HasSubstr("hidden")));
    }
}

TEST(LiveStream, ClosingDoesNotWait) {
    const ScratchFolder folder;
    const HttpServer server(clip_bytes(folder, "a.ts", 25));
    for (const char* path : {"/silent", "/stall"}) {
        LiveWatcher watcher;
        auto camera = std::make_unique<LiveCamera>(stream(server.address(path)), patient(600),
                                                   watcher.observer());
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        const auto begin = Clock::now();
        camera.reset();
        EXPECT_LT(seconds_since(begin), 20) << path;
        EXPECT_EQ(watcher.why(), "") << path;
    }
}

}  // namespace
}  // namespace univi::media
