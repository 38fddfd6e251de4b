#include <functional>
#include <random>

#include "core/media/image_file.h"
#include "core/media/preprocess.h"
#include "core/media/video.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/core/media/tagged_pictures.h"
#include "tests/support/clips.h"
#include "tests/support/scratch_folder.h"

// Seeded damage to small files: whatever comes out, it is a picture within its limits or one
// sentence, never a crash.

namespace univi::media {
namespace {

constexpr std::size_t kRounds = 3000, kClipRounds = 600;  // a kind of file

/// One to eight bytes changed, a piece cut out, doubled or the end cut off.
std::string damaged(std::string bytes, std::mt19937& random) {
    const auto below = [&](std::size_t limit) {
        return std::size_t(random() % std::max<std::size_t>(limit, 1));
    };
    switch (random() % 8) {
        case 0:
            return bytes.substr(0, below(bytes.size()));
        case 1:
            return bytes.erase(below(bytes.size()), below(64));
        case 2: {
            const std::size_t at = below(bytes.size());
            return bytes.insert(at, bytes.substr(at, below(64)));
        }
        default:
            break;
    }
    // Headers stand at the front and decide most: half of the changes go there.
    const std::size_t reach =
        random() % 2 ? bytes.size() : std::min<std::size_t>(bytes.size(), 200);
    for (std::size_t i = 1 + below(8); i > 0; --i) {
        const std::size_t at = below(reach);
        bytes[at] = random() % 3 ? static_cast<char>(random()) : random() % 2 ? '\xFF' : '\0';
    }
    return bytes;
}

/// Returns how many damaged files were still read.
int survive(const std::vector<std::string>& seeds, const std::filesystem::path& path,
            const std::function<void()>& read, std::size_t rounds = kRounds) {
    std::mt19937 random(20231114);
    int accepted = 0;
    for (std::size_t i = 0; i < rounds; ++i) {
        test::write_bytes(path, damaged(seeds[i % seeds.size()], random));
        try {
            read();
            ++accepted;
        } catch (const base::Error& error) {
            EXPECT_FALSE(std::string_view(error.what()).empty());
            EXPECT_NE(error.kind(), base::ErrorKind::Internal) << error.what();
        }
    }
    return accepted;
}

TEST(Mutation, DamagedPictures) {
    const test::ScratchFolder folder;
    const Image picture = test::numbered_picture(3, 48, 36);
    write_image(folder / "a.png", picture);
    write_image(folder / "a.jpg", picture);
    std::vector<std::string> seeds{
        test::read_bytes(folder / "a.png"),
        test::read_bytes(folder / "a.jpg"),
        test::with_exif_orientation(test::read_bytes(folder / "a.jpg"), 8),
        test::make_png({.width = 3,
                        .height = 2,
                        .color_type = 3,
                        .rows = std::string("\0\1\2\2\1\0", 6),
                        .palette = "abcdefghi",
                        .transparency = "xy"}),
        test::from_base64(
            "R0lGODlhBAACAIEAAP8AAADIAAAAtAkJCSH5BAEAAAEALAAAAAAEAAIAAAgJAAEEEDBAIMGAADs="),
        test::from_base64("UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABEAdQnuIVuSiBiOh/AAA=")};
    std::string bmp = "BM";
    bmp += test::from_base64(
        "ZgAAAAAAAAA2AAAAKAAAAAQAAAAEAAAAAQAYAAAAAAAwAAAAEwsAABMLAAAAAAAAAAAAAA==");
    seeds.push_back(bmp + std::string(48, 'x'));
    const int accepted = survive(seeds, folder / "damaged", [&] {
        const Image image = read_image(folder / "damaged");
        ASSERT_LE(std::int64_t(image.width) * image.height, 64'000'000);
        ASSERT_EQ(image.rgb.size(), std::size_t(image.width) * image.height * 3);
        // Long thin claims must stay cheap as well.
        ASSERT_EQ(resize_and_crop(image, {.pad_to_square = true}).width, 224);
    });
    EXPECT_GT(accepted, 20) << "the damage is too heavy to reach the decoders";
}

/// Files with tags, alpha and boxes: each of the readers that look for them.
TEST(Mutation, DamagedTagsAndTransparency) {
    using namespace std::string_literals;
    const test::ScratchFolder folder;
    const std::string data = UNIVI_TEST_DATA "/media/";
    write_image(folder / "a.jpg", test::numbered_picture(3, 48, 36));
    const std::string jpeg = test::read_bytes(folder / "a.jpg");
    const std::string png = test::make_png(
        {.width = 2, .height = 1, .color_type = 6, .rows = "\x78\x3C\xC8\0\x78\x3C\xC8\x80"s});
    const std::string raw = "Raw profile type exif\0\nexif\n26\n4d4d002a00000008"s;
    const std::string still = test::make_webp(2, 1, {120, 60, 200, 0, 120, 60, 200, 128});
    const std::string frame = "\1\0\0\0\0\0\1\0\0\0\0\0\x64\0\0\2"s + still.substr(12);
    const std::vector<std::string> seeds{
        jpeg.substr(0, 20) + test::jpeg_segment(0xE1, "Exif\0\0"s + test::exif_block(6)) +
            jpeg.substr(20),
        png.substr(0, 33) + test::png_chunk("eXIf", test::exif_block(5)) + png.substr(33),
        png.substr(0, 33) + test::png_chunk("tEXt", raw) + png.substr(33),
        test::extended_webp(2, 1, still, test::riff_chunk("EXIF", test::exif_block(7))),
        test::riff_chunk("RIFF", "WEBP" + test::riff_chunk("VP8X", "\x12\0\0\0\3\0\0\1\0\0"s) +
                                     test::riff_chunk("ANIM", std::string(6, '\0')) +
                                     test::riff_chunk("ANMF", frame)),
        test::make_tiff({.width = 2,
                         .height = 1,
                         .samples = 4,
                         .extra = 2,
                         .orientation = 6,
                         .pixels = "\x78\x3C\xC8\0\x78\x3C\xC8\x80"s}),
        test::read_bytes(data + "grid.avif")};
    const int accepted = survive(seeds, folder / "damaged", [&] {
        for (const Reading reading : {Reading::People, Reading::Reference}) {
            const Image image = read_image(folder / "damaged", {.reading = reading});
            ASSERT_LE(std::int64_t(image.width) * image.height, 64'000'000);
            ASSERT_EQ(image.rgb.size(), std::size_t(image.width) * image.height * 3);
        }
    });
    EXPECT_GT(accepted, 20) << "the damage is too heavy to reach the decoders";
}

class DamagedClips : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(DamagedClips, AreReadOrRefused) {
    const test::ScratchFolder folder;
    test::ClipOptions options{
        .width = 64, .height = 48, .num_frames = 12, .codec = GetParam().second, .gop = 4};
    if (options.codec != "libx264") options.b_frames = 0;
    write_clip(folder / GetParam().first, options);
    const int accepted = survive(
        {test::read_bytes(folder / GetParam().first)}, folder / "damaged",
        [&] {
            is_video_file(folder / "damaged");
            FrameSampling sampling;
            sampling.framerate = 8;
            VideoReader reader(folder / "damaged", sampling);
            while (const auto frame = reader.next()) {
                ASSERT_EQ(frame->image.rgb.size(),
                          std::size_t(frame->image.width) * frame->image.height * 3);
            }
        },
        kClipRounds);
    EXPECT_GT(accepted, 3) << "the damage is too heavy to reach the decoders";
}
INSTANTIATE_TEST_SUITE_P(Containers, DamagedClips,
                         testing::Values(std::pair{"a.mp4", "libx264"}, std::pair{"a.mkv", "mpeg4"},
                                         std::pair{"a.gif", "gif"}, std::pair{"a.avi", "mjpeg"}));

}  // namespace
}  // namespace univi::media
