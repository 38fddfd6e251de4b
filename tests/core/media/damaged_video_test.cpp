#include "core/media/video.h"
#include "tests/core/media/media_error.h"
#include "tests/support/clips.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using test::ClipOptions;
using test::write_clip;
using testing::ElementsAre;
using testing::HasSubstr;

/// What one reading of a video gave.
struct Outcome {
    std::vector<int> indices, numbers;
    VideoDamage damage;
};

Outcome read(const std::filesystem::path& path, const FrameSampling& options = {}) {
    VideoReader reader(path, options);
    Outcome out;
    while (const auto frame = reader.next()) {
        out.indices.push_back(frame->index);
        out.numbers.push_back(test::read_number(frame->image));
    }
    out.damage = reader.damage();
    return out;
}

FrameSampling every_frame() {
    FrameSampling options;
    options.framerate = 1000;
    options.max_frames = 100000;
    return options;
}

class DamagedVideo : public testing::Test {
  protected:
    std::string clip_bytes(const std::string& name, const ClipOptions& options) {
        write_clip(folder_ / name, options);
        return test::read_bytes(folder_ / name);
    }
    std::filesystem::path file(const std::string& name, std::string_view bytes) {
        test::write_bytes(folder_ / name, bytes);
        return folder_ / name;
    }
    test::ScratchFolder folder_;
};

TEST_F(DamagedVideo, CaseIsReadFromWhatIsLeft) {
    const std::string path = UNIVI_TEST_DATA "/media/damaged_mid.mp4";
    for (const FrameSampling& options : {FrameSampling{}, every_frame()}) {
        const auto found = read(path, options);
        EXPECT_EQ(found.damage.frames_lost, 28);
        EXPECT_EQ(found.damage.frames_total, 60);
        EXPECT_EQ(found.damage.sentence(), "28 of 60 frames cannot be read");
        if (options.max_frames == 64)
            EXPECT_THAT(found.indices, ElementsAre(0, 38, 40, 50));
        else
            EXPECT_GE(found.indices.size(), 31U);  // the decoder gives one out of turn
    }
}

/// Bytes from `from` to `to`, shares of the frames' data, overwritten.
std::string overwritten(std::string bytes, double from, double to) {
    const std::size_t begin = bytes.find("mdat") + 4, size = bytes.size() - begin;
    for (auto at = static_cast<std::size_t>(from * double(size));
         at < static_cast<std::size_t>(to * double(size)); ++at)
        bytes[begin + at] = static_cast<char>(at * 89 + 7);
    return bytes;
}

TEST_F(DamagedVideo, BeginningMiddleAndEnd) {
    const std::string whole = clip_bytes(
        "whole.mp4", {.num_frames = 200, .gop = 20, .muxer_options = "movflags=faststart"});
    struct Case {
        double from, to;
    };
    for (const Case& part : {Case{0, 0.3}, {0.4, 0.6}, {0.7, 1}}) {
        const auto path = file("part.mp4", overwritten(whole, part.from, part.to));
        const auto found = read(path);
        const auto lost = 200 * (part.to - part.from);
        EXPECT_EQ(found.damage.frames_total, 200);
        EXPECT_GT(found.damage.frames_lost, lost / 2) << part.from;
        EXPECT_LT(found.damage.frames_lost, lost + 45) << part.from;
        ASSERT_FALSE(found.indices.empty());
        // Nothing is given twice, and each frame is the one that its index says.
        EXPECT_TRUE(std::ranges::is_sorted(found.indices, std::less_equal()));
    }
    const auto path = file("all.mp4", overwritten(whole, 0, 1));
    EXPECT_THAT(test::media_error_of([&] { read(path); }),
                HasSubstr("no frames that can be decoded"));
}

TEST_F(DamagedVideo, CutOffFilesSayHowMuchIsMissing) {
    const std::string mp4 = clip_bytes(
        "whole.mp4", {.num_frames = 200, .b_frames = 0, .muxer_options = "movflags=faststart"});
    const auto cut = read(file("cut.mp4", std::string_view(mp4).substr(0, mp4.size() / 2)));
    EXPECT_EQ(cut.damage.frames_total, 200);
    EXPECT_NEAR(cut.damage.frames_lost, 100, 40);
    const std::string avi =
        clip_bytes("whole.avi", {.num_frames = 200, .codec = "mjpeg", .b_frames = 0});
    const auto short_avi = read(file("cut.avi", std::string_view(avi).substr(0, avi.size() / 2)));
    EXPECT_EQ(short_avi.damage.frames_total, 200);
    EXPECT_NEAR(short_avi.damage.frames_lost, 100, 20);
    const std::string mkv = clip_bytes("whole.mkv", {.num_frames = 200, .b_frames = 0});
    const auto short_mkv = read(file("cut.mkv", std::string_view(mkv).substr(0, mkv.size() / 2)));
    EXPECT_NEAR(short_mkv.damage.frames_total, 200, 10);
    EXPECT_NEAR(short_mkv.damage.frames_lost, 100, 40);
}

TEST_F(DamagedVideo, MissingKeyFrameAtTheBeginning) {
    // The first key frame of a raw stream is cut off, with the headers kept.
    const std::string whole =
        clip_bytes("whole.ts", {.num_frames = 60,
                                .gop = 20,
                                .b_frames = 0,
                                .codec_options = "x264-params=repeat-headers=1:scenecut=0"});
    const auto cut = static_cast<std::size_t>(0.2 * double(whole.size())) / 188 * 188;
    const std::string tables = whole.substr(0, 3 * 188);
    const auto found = read(file("cut.ts", tables + whole.substr(cut)), every_frame());
    EXPECT_GT(found.damage.frames_lost, 3);
    EXPECT_GT(found.indices.size(), 30U);
    EXPECT_EQ(found.damage.frames_total,
              found.damage.frames_lost + static_cast<int>(found.indices.size()));
}

struct Whole {
    const char* file;
    ClipOptions options;
};
void PrintTo(const Whole& whole, std::ostream* out) {
    *out << whole.file << " " << whole.options.codec;
}
class WholeVideos : public testing::TestWithParam<Whole> {};

TEST_P(WholeVideos, AreNotCalledDamaged) {
    const test::ScratchFolder folder;
    write_clip(folder / GetParam().file, GetParam().options);
    for (const FrameSampling& options : {FrameSampling{}, every_frame()}) {
        const auto found = read(folder / GetParam().file, options);
        EXPECT_EQ(found.damage.frames_lost, 0);
        EXPECT_FALSE(found.damage.any());
    }
}
INSTANTIATE_TEST_SUITE_P(
    All, WholeVideos,
    testing::Values(
        Whole{"a.mp4", {.num_frames = 100}}, Whole{"a.mkv", {.num_frames = 100}},
        Whole{"open.mkv",
              {.num_frames = 100, .b_frames = 3, .codec_options = "x264-params=open-gop=1"}},
        Whole{"refresh.ts",
              {.num_frames = 100, .b_frames = 0, .codec_options = "x264-params=intra-refresh=1"}},
        Whole{"interlaced.mp4", {.num_frames = 100, .codec_options = "x264-params=interlaced=1"}},
        Whole{"a.ts", {.num_frames = 100}},
        Whole{"a.ts", {.num_frames = 100, .codec = "mpeg2video"}},
        Whole{"a.mpg", {.num_frames = 100, .codec = "mpeg2video"}},
        Whole{"a.avi", {.num_frames = 100, .codec = "mpeg4"}},
        Whole{"a.avi", {.num_frames = 100, .codec = "mjpeg", .b_frames = 0}},
        Whole{"a.webm",
              {.num_frames = 100,
               .codec = "libvpx",
               .b_frames = 0,
               .codec_options = "auto-alt-ref=1;lag-in-frames=16"}},
        Whole{"a.webm", {.num_frames = 60, .codec = "libvpx-vp9", .b_frames = 0}},
        Whole{"fragments.mp4",
              {.num_frames = 100, .muxer_options = "movflags=frag_keyframe+empty_moov"}},
        Whole{"live.mkv", {.num_frames = 100, .muxer_options = "live=1"}},
        Whole{"raw.h264", {.num_frames = 100}},
        Whole{"a.flv", {.num_frames = 60, .codec = "flv", .b_frames = 0}},
        Whole{"a.wmv", {.num_frames = 60, .codec = "wmv2", .b_frames = 0}},
        Whole{"a.ogv", {.num_frames = 60, .codec = "libtheora", .b_frames = 0}},
        Whole{"a.gif", {.num_frames = 20, .codec = "gif", .b_frames = 0}},
        Whole{"a.mp4",
              {.num_frames = 60,
               .codec = "libx265",
               .codec_options = "x265-params=log-level=none"}}));

}  // namespace
}  // namespace univi::media
