#include "core/media/video.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/media/frame_converter.h"
#include "core/media/frame_stream.h"
#include "core/media/image_file.h"
#include "core/media/preprocess.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/support/clips.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using test::ClipOptions;
using test::GoldenTensors;
using test::write_clip;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

FrameSampling all_frames() {
    FrameSampling options;
    options.framerate = 1000;  // with keep_all_when_slow: every frame
    options.max_frames = 100000;
    return options;
}

/// Every sampled frame's number as drawn by write_clip.
std::vector<int> numbers_in(VideoReader& reader) {
    std::vector<int> numbers;
    while (const auto frame = reader.next()) numbers.push_back(test::read_number(frame->image));
    return numbers;
}

std::vector<int> sequence(int count, int step = 1) {
    std::vector<int> numbers;
    for (int i = 0; i < count; i += step) numbers.push_back(i);
    return numbers;
}

class VideoTest : public testing::Test {
  protected:
    std::filesystem::path clip(const std::string& name, const ClipOptions& options = {}) {
        write_clip(folder_ / name, options);
        return folder_ / name;
    }
    std::filesystem::path file(const std::string& name, std::string_view bytes) {
        test::write_bytes(folder_ / name, bytes);
        return folder_ / name;
    }
    std::string refusal(const std::filesystem::path& path) {
        testing::internal::CaptureStderr();
        const std::string sentence = test::media_error_of([&] { VideoReader reader(path, {}); });
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
        EXPECT_FALSE(is_video_file(path) && sentence.find("not a video") != std::string::npos);
        return sentence;
    }
    test::ScratchFolder folder_;
};

class GoldenVideo : public testing::TestWithParam<const char*> {};

TEST_P(GoldenVideo, FramesAndCropsAsDecordAndPillow) {
    const std::string name = GetParam();
    const auto facts = nlohmann::json::parse(
        test::read_bytes(UNIVI_GOLDEN "/data/preprocess.json"))["videos"][name];
    const GoldenTensors golden("video_" + name + ".safetensors");
    VideoReader reader(test::golden_input(name), {}, Reading::Reference);
    EXPECT_NEAR(reader.info().average_fps, facts["avg_fps"].get<double>(), 1e-9);
    EXPECT_EQ(reader.info().num_frames, facts["n_frames"].get<int>());
    EXPECT_EQ(reader.sampled_indices(), facts["sampled"].get<std::vector<int>>());
    const auto frames = golden.values<std::uint8_t>("frames_rgb");
    const std::string crop_name = name == "cup_9s.mp4" ? "pixel_u8_224" : "pixel_u8_224_first4";
    const auto crops = golden.values<std::uint8_t>(crop_name);
    const std::size_t num_frames = golden.shape("frames_rgb")[0],
                      num_crops = golden.shape(crop_name)[0];
    std::size_t read = 0;
    while (const auto frame = reader.next()) {
        ASSERT_EQ(frame->index, facts["sampled"][read].get<int>());
        if (read < num_frames) {
            const auto found =
                test::difference(frame->image.rgb, frames.data() + read * frame->image.rgb.size());
            EXPECT_EQ(found.largest, 0) << read << " mean " << found.mean;
        }
        if (read < num_crops) {
            const auto crop = test::planes(resize_and_crop(frame->image, {}));
            EXPECT_EQ(test::difference(crop, crops.data() + read * crop.size()).largest, 0) << read;
        }
        ++read;
    }
    EXPECT_EQ(read, facts["sampled"].size());
}
INSTANTIATE_TEST_SUITE_P(Clips, GoldenVideo, testing::Values("cup_9s.mp4", "slides_52s.mp4"));

struct Format {
    const char* file;
    const char* codec;
    const char* muxer_options = "";
};
void PrintTo(const Format& format, std::ostream* out) {
    *out << format.file << " " << format.codec;
}

class VideoFormats : public testing::TestWithParam<Format> {};

TEST_P(VideoFormats, EveryFrameInOrder) {
    const test::ScratchFolder folder;
    ClipOptions options;
    options.codec = GetParam().codec;
    options.muxer_options = GetParam().muxer_options;
    options.num_frames = 40;
    const bool takes_b_frames =
        options.codec == "libx264" || options.codec == "mpeg4" || options.codec == "mpeg2video";
    if (!takes_b_frames) options.b_frames = 0;
    if (options.codec == "libx265") options.codec_options = "x265-params=log-level=none";
    const auto path = folder / GetParam().file;
    write_clip(path, options);
    EXPECT_TRUE(is_video_file(path));
    VideoReader reader(path, all_frames());
    EXPECT_EQ(reader.info().num_frames, 40);
    EXPECT_NEAR(reader.info().average_fps, 25, 0.8);
    EXPECT_NEAR(reader.info().duration_s, 1.6, 0.1);
    EXPECT_EQ(reader.info().width, 160);
    EXPECT_EQ(numbers_in(reader), sequence(40));
    VideoReader sampled(path, {});
    EXPECT_THAT(numbers_in(sampled), ElementsAre(0, 25));
}
INSTANTIATE_TEST_SUITE_P(
    All, VideoFormats,
    testing::Values(Format{"a.mp4", "libx264"}, Format{"a.mov", "mpeg4"}, Format{"a.mp4", "mjpeg"},
                    Format{"fragments.mp4", "libx264", "movflags=frag_keyframe+empty_moov"},
                    Format{"a.mkv", "libx264"}, Format{"live.mkv", "libx264", "live=1"},
                    Format{"a.webm", "libvpx"}, Format{"a.webm", "libvpx-vp9"},
                    Format{"a.avi", "mpeg4"}, Format{"a.avi", "libx264"}, Format{"a.avi", "mjpeg"},
                    Format{"a.ts", "libx264"}, Format{"a.ts", "mpeg2video"},
                    Format{"a.mpg", "mpeg2video"}, Format{"a.flv", "flv"}, Format{"a.wmv", "wmv2"},
                    Format{"a.ogv", "libtheora"}, Format{"raw.h264", "libx264"},
                    Format{"a.mkv", "ffv1"}, Format{"a.mp4", "libx265"}));

TEST_F(VideoTest, NameDoesNotMatter) {
    clip("a.mkv");
    std::filesystem::rename(folder_ / "a.mkv", folder_ / "a.txt");
    EXPECT_TRUE(is_video_file(folder_ / "a.txt"));
    EXPECT_EQ(VideoReader(folder_ / "a.txt", {}).info().num_frames, 60);
}

TEST_F(VideoTest, OddNamesAreFilesNotProtocols) {
    clip("a.mp4");
    for (const char* name : {"http:x.mp4", "concat:a|b.mp4", "ü %d [1].mp4", "-i"}) {
        std::filesystem::copy_file(folder_ / "a.mp4", folder_ / name);
        EXPECT_EQ(VideoReader(folder_ / name, {}).info().num_frames, 60) << name;
    }
}

/// Shortcuts (seeking, frames nobody needs) against decoding everything.
TEST_F(VideoTest, ShortcutsDoNotChangeAnyPixel) {
    struct Case {
        const char* name;
        ClipOptions options;
    };
    std::vector<Case> cases;
    cases.push_back({"pyramid.mp4",
                     {.num_frames = 300,
                      .gop = 48,
                      .b_frames = 5,
                      .codec_options = "x264-params=b-pyramid=normal:bframes=5"}});
    cases.push_back(
        {"open.mkv",
         {.num_frames = 300, .gop = 30, .b_frames = 3, .codec_options = "x264-params=open-gop=1"}});
    cases.push_back({"refresh.mkv",
                     {.num_frames = 300,
                      .gop = 40,
                      .b_frames = 0,
                      .codec_options = "x264-params=intra-refresh=1"}});
    cases.push_back({"refresh.ts",
                     {.num_frames = 300,
                      .gop = 40,
                      .b_frames = 0,
                      .codec_options = "x264-params=intra-refresh=1"}});
    cases.push_back({"interlaced.mp4",
                     {.num_frames = 300,
                      .gop = 30,
                      .b_frames = 2,
                      .codec_options = "x264-params=interlaced=1"}});
    cases.push_back({"a.avi", {.num_frames = 300, .codec = "mpeg4"}});
    cases.push_back({"a.ts", {.num_frames = 300, .codec = "mpeg2video", .gop = 15}});
    cases.push_back({"a.webm",
                     {.num_frames = 300,
                      .codec = "libvpx",
                      .gop = 60,
                      .b_frames = 0,
                      .codec_options = "auto-alt-ref=1;lag-in-frames=16"}});
    cases.push_back({"variable.mp4", {.num_frames = 300, .gop = 25, .variable_rate = true}});
    for (const Case& made : cases) {
        const auto path = clip(made.name, made.options);
        FrameStream fast(path), slow(path);
        slow.disable_shortcuts();
        FrameConverter converter;
        const std::vector<int> wanted{3, 4, 40, 41, 130, 131, 200, 215, 290, 299};
        fast.set_wanted(wanted);
        for (const int position : wanted) {
            const AVFrame* a = fast.frame_at(position, {});
            const AVFrame* b = slow.frame_at(position, {});
            ASSERT_TRUE(a && b) << made.name << " " << position;
            const Image quick = converter.convert(*a, 160, 120),
                        whole = converter.convert(*b, 160, 120);
            EXPECT_TRUE(quick.rgb == whole.rgb) << made.name << " " << position;
            EXPECT_EQ(test::read_number(quick), position) << made.name;
        }
    }
}

TEST_F(VideoTest, VariableFrameRateCountsFramesAndTellsTheirTimes) {
    const auto path = clip("variable.mp4", {.num_frames = 50, .variable_rate = true});
    VideoReader reader(path, all_frames());
    EXPECT_EQ(reader.info().num_frames, 50);
    EXPECT_NEAR(reader.info().average_fps, 50 / 3.0, 0.6);
    std::vector<double> times;
    std::vector<int> numbers;
    while (const auto frame = reader.next()) {
        times.push_back(frame->time_s);
        numbers.push_back(test::read_number(frame->image));
    }
    EXPECT_EQ(numbers, sequence(50));
    EXPECT_NEAR(times[1], 0.02, 1e-3);
    EXPECT_NEAR(times[2], 0.12, 1e-3);
    EXPECT_NEAR(times[49], 24 * 0.12 + 0.02, 1e-3);
}

TEST_F(VideoTest, SlowVideoIsKeptWhole) {
    const auto path = clip("slides.mkv", {.num_frames = 6, .fps = 1, .muxer_options = ""});
    FrameSampling options;
    options.framerate = 3;
    VideoReader reader(path, options);
    EXPECT_EQ(numbers_in(reader), sequence(6));
}

TEST_F(VideoTest, RangeAndLimitOfFrames) {
    const auto path = clip("a.mp4", {.num_frames = 200});
    FrameSampling options;
    options.start_s = 2;
    options.end_s = 4;
    VideoReader part(path, options);
    EXPECT_THAT(numbers_in(part), ElementsAre(50, 75, 100));
    options = {};
    options.max_frames = 3;
    VideoReader few(path, options);
    EXPECT_THAT(numbers_in(few), ElementsAre(0, 75, 175));
    options.start_s = 100;
    EXPECT_THAT(test::media_error_of([&] { VideoReader reader(path, options); }),
                testing::AllOf(StartsWith("a.mp4: "), HasSubstr("outside it")));
}

TEST_F(VideoTest, StopEndsReading) {
    VideoReader reader(clip("a.mp4"), {});
    base::StopSource source;
    source.request_stop();
    EXPECT_THAT(test::error_of([&] { reader.next(source.get_token()); }, base::ErrorKind::Stopped),
                HasSubstr("stopped"));
}

TEST_F(VideoTest, AnimatedGifIsAVideoAndAStillOneIsNot) {
    const auto moving =
        clip("moving.gif", {.num_frames = 12, .fps = 10, .codec = "gif", .b_frames = 0});
    EXPECT_TRUE(is_video_file(moving));
    VideoReader reader(moving, all_frames());
    EXPECT_EQ(numbers_in(reader), sequence(12));
    EXPECT_EQ(test::read_number(read_image(moving)), 0);
    EXPECT_FALSE(
        is_video_file(clip("still.gif", {.num_frames = 1, .codec = "gif", .b_frames = 0})));
}

TEST_F(VideoTest, PicturesAreNoVideos) {
    const Image picture = test::numbered_picture(1, 64, 48);
    for (const char* name : {"a.png", "a.jpg"}) {
        write_image(folder_ / name, picture);
        EXPECT_FALSE(is_video_file(folder_ / name));
        EXPECT_THAT(refusal(folder_ / name), HasSubstr("is not a video"));
    }
}

TEST_F(VideoTest, MissingEmptyTextAndFolderAreNamed) {
    EXPECT_THAT(refusal(folder_ / "none.mp4"), HasSubstr("none.mp4 was not found"));
    EXPECT_THAT(refusal(file("empty.mp4", "")), StartsWith("empty.mp4 is empty (0 bytes)"));
    EXPECT_THAT(refusal(file("notes.mp4", "Dear diary,\ntoday I watched a film.\n")),
                StartsWith("notes.mp4 is not a video"));
    EXPECT_THAT(refusal(folder_ / ""), HasSubstr("is a folder"));
    EXPECT_THAT(refusal("/dev/null"), HasSubstr("is a device"));
    EXPECT_FALSE(is_video_file(folder_ / "none.mp4"));
}

TEST_F(VideoTest, SoundAloneIsNamed) {
    for (const auto& [name, codec] : {std::pair{"song.mp4", "aac"},
                                      {"song.mkv", "aac"},
                                      {"song.wav", "pcm_s16le"},
                                      {"song.mp2", "mp2"}}) {
        test::write_sound(folder_ / name, codec);
        EXPECT_THAT(refusal(folder_ / name),
                    StartsWith(std::string(name) + " has sound but no pictures"));
        EXPECT_FALSE(is_video_file(folder_ / name));
    }
}

TEST_F(VideoTest, PlaylistsOpenNothing) {
    const std::string target = clip("secret.ts", {}).string();
    EXPECT_THAT(refusal(file("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" +
                                             target + "\n#EXT-X-ENDLIST\n")),
                HasSubstr("is not a video"));
    EXPECT_THAT(refusal(file("concat.mp4", "ffconcat version 1.0\nfile '" + target + "'\n")),
                HasSubstr("is not a video"));
    EXPECT_THAT(
        refusal(file("session.mp4", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 9 RTP/AVP 96\n")),
        HasSubstr("is not a video"));
}

TEST_F(VideoTest, CutOffFileShowsWhatIsThere) {
    const std::string whole =
        test::read_bytes(clip("whole.mkv", {.num_frames = 200, .b_frames = 0}));
    VideoReader reader(file("cut.mkv", std::string_view(whole).substr(0, whole.size() / 2)),
                       all_frames());
    const std::vector<int> numbers = numbers_in(reader);
    EXPECT_GT(numbers.size(), 50U);
    EXPECT_LT(numbers.size(), 150U);
    EXPECT_EQ(numbers, sequence(static_cast<int>(numbers.size())));
}

TEST_F(VideoTest, BrokenTailShowsWhatIsThere) {
    std::string bytes = test::read_bytes(
        clip("a.mp4", {.num_frames = 200, .b_frames = 0, .muxer_options = "movflags=faststart"}));
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size()) * 2 / 3, bytes.end(), '\0');
    VideoReader reader(file("broken.mp4", bytes), all_frames());
    EXPECT_EQ(reader.info().num_frames, 200);
    std::vector<int> numbers = numbers_in(reader);
    ASSERT_GT(numbers.size(), 50U);
    EXPECT_LE(numbers.size(), 200U);
    numbers.resize(50);
    EXPECT_EQ(numbers, sequence(50));
}

TEST_F(VideoTest, NothingDecodableIsNamed) {
    std::string bytes = test::read_bytes(clip("a.mp4", {.muxer_options = "movflags=faststart"}));
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.find("mdat")) + 4, bytes.end(),
              '\0');
    EXPECT_THAT(refusal(file("zeros.mp4", bytes)), HasSubstr("no frames that can be decoded"));
}

TEST_F(VideoTest, NoIndexIsNamed) {
    const std::string whole = test::read_bytes(clip("whole.mp4"));  // moov at the end
    EXPECT_THAT(refusal(file("cut.mp4", std::string_view(whole).substr(0, whole.size() / 2))),
                HasSubstr("damaged or cut off"));
}

TEST_F(VideoTest, NoFramesIsNamed) {
    const std::string whole =
        test::read_bytes(clip("whole.mp4", {.muxer_options = "movflags=frag_keyframe+empty_moov"}));
    const std::size_t header = whole.find("moof") - 4;
    EXPECT_THAT(refusal(file("none.mp4", std::string_view(whole).substr(0, header))),
                StartsWith("none.mp4 has no frames"));
}

TEST_F(VideoTest, HugeFramesAreRefused) {
    std::string bytes =
        test::read_bytes(clip("a.avi", {.num_frames = 2, .codec = "rawvideo", .b_frames = 0}));
    const std::size_t format = bytes.find("strf") + 8;
    for (const std::size_t at : {format + 4, format + 8})
        bytes.replace(at, 4, std::string("\x40\x9C\0\0", 4));
    EXPECT_THAT(refusal(file("huge.avi", bytes)), HasSubstr("too large: 40000 x 40000"));
}

}  // namespace
}  // namespace univi::media
