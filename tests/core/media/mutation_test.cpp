#include <chrono>
#include <functional>
#include <random>

#include "core/media/image.h"
#include "core/media/preprocess.h"
#include "core/media/video.h"
#include "tests/core/media/expect_error.h"
#include "tests/core/media/golden_tensors.h"
#include "tests/support/clips.h"

// Seeded damage to small files: whatever comes out, it is a picture within its limits or one
// sentence, never a crash.

namespace univi::media {
namespace {

constexpr auto kTime = std::chrono::seconds(2);  // a kind of file

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
            const std::function<void()>& read) {
    std::mt19937 random(20231114);
    int accepted = 0;
    const auto end = std::chrono::steady_clock::now() + kTime;
    for (std::size_t i = 0; std::chrono::steady_clock::now() < end && i < 20000; ++i) {
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
    const test::TemporaryFolder folder;
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

class DamagedClips : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(DamagedClips, AreReadOrRefused) {
    const test::TemporaryFolder folder;
    test::ClipOptions options{
        .width = 64, .height = 48, .num_frames = 12, .codec = GetParam().second, .gop = 4};
    if (options.codec != "libx264") options.b_frames = 0;
    write_clip(folder / GetParam().first, options);
    const int accepted =
        survive({test::read_bytes(folder / GetParam().first)}, folder / "damaged", [&] {
            is_video_file(folder / "damaged");
            SamplingOptions sampling;
            sampling.framerate = 8;
            VideoReader reader(folder / "damaged", sampling);
            while (const auto frame = reader.next()) {
                ASSERT_EQ(frame->image.rgb.size(),
                          std::size_t(frame->image.width) * frame->image.height * 3);
            }
        });
    EXPECT_GT(accepted, 3) << "the damage is too heavy to reach the decoders";
}
INSTANTIATE_TEST_SUITE_P(Containers, DamagedClips,
                         testing::Values(std::pair{"a.mp4", "libx264"}, std::pair{"a.mkv", "mpeg4"},
                                         std::pair{"a.gif", "gif"}, std::pair{"a.avi", "mjpeg"}));

}  // namespace
}  // namespace univi::media
