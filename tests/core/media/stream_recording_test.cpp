#include "core/media/stream_recording.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "core/media/stream_address.h"
#include "core/media/video.h"
#include "tests/core/media/media_error.h"
#include "tests/support/clips.h"
#include "tests/support/http_server.h"
#include "tests/support/rtsp_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

namespace fs = std::filesystem;
using test::ClipOptions;
using test::error_of;
using test::HttpServer;
using test::media_error_of;
using test::ScratchFolder;
using ::testing::HasSubstr;

std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The bytes of a numbered clip of four seconds, 25 frames a second, a key frame every 12.
std::string clip_bytes(const ScratchFolder& folder, const std::string& name,
                       const ClipOptions& options) {
    test::write_clip(folder / name, options);
    return bytes_of(folder / name);
}

ClipOptions four_seconds(const std::string& muxer_options = {}) {
    ClipOptions options;
    options.num_frames = 100;
    options.muxer_options = muxer_options;
    return options;
}

std::vector<int> numbers_in(const fs::path& file) {
    FrameSampling all;
    all.framerate = 25;
    all.max_frames = 1000;
    VideoReader reader(file, all);
    std::vector<int> numbers;
    while (const auto frame = reader.next()) numbers.push_back(test::read_number(frame->image));
    return numbers;
}

std::vector<int> count_up(int first, int count) {
    std::vector<int> numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(first + i);
    return numbers;
}

TEST(StreamRecording, KnowsAddresses) {
    for (const char* address : {"http://h/a", "https://h", "RTSP://user:pw@h:554/x", "rtsps://h/"})
        EXPECT_TRUE(is_stream_address(address)) << address;
    for (const char* path : {"", "http://", "/home/http://x", "file:///etc/passwd", "clip.mp4",
                             "udp://h:1", "concat:a|b", "httpx://h"})
        EXPECT_FALSE(is_stream_address(path)) << path;
}

class StreamRecordingOf : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

/// Every frame of a whole file comes over, in order, whatever it is wrapped in.
TEST_P(StreamRecordingOf, AWholeVideo) {
    const ScratchFolder folder;
    const auto [name, muxer_options] = GetParam();
    const HttpServer server(clip_bytes(folder, name, four_seconds(muxer_options)));
    EXPECT_NEAR(record_stream(server.address("/video"), folder / "out"), 4, 0.15);
    EXPECT_EQ(numbers_in(folder / "out"), count_up(0, 100));
}

INSTANTIATE_TEST_SUITE_P(Containers, StreamRecordingOf,
                         ::testing::Values(std::pair("a.mp4", "movflags=faststart"),
                                           std::pair("a.mkv", ""), std::pair("a.ts", ""),
                                           std::pair("a.avi", ""), std::pair("a.h264", "")));

TEST(StreamRecording, TakesAsManySecondsAsAskedFor) {
    const ScratchFolder folder;
    const HttpServer server(clip_bytes(folder, "a.mkv", four_seconds()));
    RecordingOptions options;
    options.seconds = 2;
    EXPECT_NEAR(record_stream(server.address("/video"), folder / "out", options), 2, 0.15);
    const std::vector<int> numbers = numbers_in(folder / "out");
    EXPECT_GE(numbers.size(), 46U);  // the last few may wait for one that was not taken
    EXPECT_LE(numbers.size(), 52U);
    EXPECT_EQ(std::vector<int>(numbers.begin(), numbers.begin() + 46), count_up(0, 46));
}

/// Without B-frames, as cameras code.
TEST(StreamRecording, TakesACamerasPictures) {
    const ScratchFolder folder;
    ClipOptions clip = four_seconds();
    clip.b_frames = 0;
    test::write_clip(folder / "camera.mkv", clip);
    const test::RtspServer camera(folder / "camera.mkv");
    EXPECT_NEAR(record_stream(camera.address(), folder / "out"), 4, 0.15);
    EXPECT_EQ(numbers_in(folder / "out"), count_up(0, 100));
    RecordingOptions options;
    options.seconds = 1;
    EXPECT_NEAR(record_stream(camera.address(), folder / "short", options), 1, 0.15);
    EXPECT_LE(numbers_in(folder / "short").size(), 26U);
}

TEST(StreamRecording, EndsAStreamWithoutEnd) {
    const ScratchFolder folder;
    const HttpServer server(clip_bytes(folder, "a.ts", four_seconds()));
    RecordingOptions options;
    options.seconds = 3;
    EXPECT_NEAR(record_stream(server.address("/endless"), folder / "out", options), 3, 0.15);
    EXPECT_EQ(numbers_in(folder / "out").at(40), 40);
    options.seconds = 60;
    options.max_bytes = 20'000;
    record_stream(server.address("/endless"), folder / "small", options);
    EXPECT_LT(fs::file_size(folder / "small"), 30'000U);
}

/// Killed with no chance to tidy up, it leaves nothing under the name that was asked for, and the
/// next recording into the folder takes away what it left.
TEST(StreamRecording, ThatIsKilledIsTidiedUpByTheNext) {
    const ScratchFolder folder, out;
    const HttpServer server(clip_bytes(folder, "a.ts", four_seconds()));
    const pid_t child = ::fork();
    if (child == 0) {
        RecordingOptions endless;
        endless.seconds = 3600;
        record_stream(server.address("/endless"), out / "first.mkv", endless);
        ::_exit(0);
    }
    const auto left = [&] {
        return std::distance(fs::directory_iterator(out.path()), fs::directory_iterator());
    };
    while (left() == 0 && ::waitpid(child, nullptr, WNOHANG) == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_FALSE(fs::exists(out / "first.mkv"));
    EXPECT_EQ(left(), 1);
    RecordingOptions options;
    options.seconds = 1;
    record_stream(server.address("/endless"), out / "second.mkv", options);
    EXPECT_EQ(left(), 1) << "only the second recording";
    EXPECT_EQ(numbers_in(out / "second.mkv").front(), 0);
}

TEST(StreamRecording, ReplacesAFileButNothingElse) {
    const ScratchFolder folder;
    const HttpServer server(clip_bytes(folder, "a.mkv", four_seconds()));
    fs::create_directory(folder / "folder");
    EXPECT_THAT(error_of([&] { record_stream(server.address("/video"), folder / "folder"); },
                         base::ErrorKind::File),
                HasSubstr("it is no file"));
    std::ofstream(folder / "target.mkv") << "old";
    fs::create_symlink("target.mkv", folder / "link.mkv");
    record_stream(server.address("/video"), folder / "link.mkv");
    EXPECT_TRUE(fs::is_symlink(folder / "link.mkv"));
    EXPECT_EQ(numbers_in(folder / "target.mkv").size(), 100U);
    EXPECT_THAT(error_of([&] { record_stream(server.address("/video"), folder / "none/out.mkv"); },
                         base::ErrorKind::File),
                HasSubstr("none"));
}

TEST(StreamRecording, KeepsTheTurnOfAPhonesVideo) {
    const ScratchFolder folder;
    ClipOptions options = four_seconds("movflags=faststart");
    options.clockwise_degrees = 90;
    const HttpServer server(clip_bytes(folder, "a.mp4", options));
    record_stream(server.address("/video"), folder / "out");
    VideoReader reader(folder / "out", {});
    const auto frame = reader.next();
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->image.width, 120);
    EXPECT_EQ(frame->image.height, 160);
}

TEST(StreamRecording, SaysWhatIsWrongAndLeavesNothing) {
    const ScratchFolder folder;
    const fs::path out = folder / "out";
    const HttpServer page("<html>no video</html>");
    const std::string port = page.address("/").substr(7);
    const auto sentence = [&](const std::string& address) {
        return media_error_of([&] { record_stream(address, out); });
    };
    EXPECT_THAT(sentence(page.address("/missing")), HasSubstr("/missing cannot be opened"));
    EXPECT_THAT(sentence(page.address("/video")), HasSubstr("/video cannot be opened as a video"));
    EXPECT_THAT(sentence("http://127.0.0.1:1/x"), HasSubstr("cannot be opened"));
    EXPECT_THAT(sentence("file:///etc/passwd"), HasSubstr("is no address of a stream"));
    const std::string secret = sentence("http://me:secret@" + port + "video?key=hidden");
    EXPECT_EQ(secret.find("secret"), secret.npos) << secret;
    EXPECT_EQ(secret.find("hidden"), secret.npos) << secret;
    test::write_sound(folder / "sound.mkv");
    const HttpServer sound(bytes_of(folder / "sound.mkv"));
    EXPECT_THAT(sentence(sound.address("/video")), HasSubstr("has sound but no pictures"));
    EXPECT_FALSE(fs::exists(out));
}

/// A playlist names other addresses and files: it is not followed.
TEST(StreamRecording, OpensNoPlaylists) {
    const ScratchFolder folder;
    const HttpServer server(
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n");
    EXPECT_THAT(
        media_error_of([&] { record_stream(server.address("/video.m3u8"), folder / "out"); }),
        HasSubstr("cannot be opened"));
}

TEST(StreamRecording, WaitsNotForEverAndCanBeStopped) {
    const ScratchFolder folder;
    const HttpServer server("");
    RecordingOptions options;
    options.patience_s = 0.3;
    const std::string sentence =
        media_error_of([&] { record_stream(server.address("/silent"), folder / "out", options); });
    EXPECT_THAT(sentence, HasSubstr("does not answer"));
    base::StopSource source;
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        source.request_stop();
    });
    error_of(
        [&] { record_stream(server.address("/silent"), folder / "out", {}, source.get_token()); },
        base::ErrorKind::Stopped);
    stopper.join();
    EXPECT_FALSE(fs::exists(folder / "out"));
}

}  // namespace
}  // namespace univi::media
