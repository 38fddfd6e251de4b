#include "training/demo/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "core/media/image_file.h"
#include "core/media/video.h"

namespace univi::training::demo {
namespace {

namespace fs = std::filesystem;

/// Mean difference of a channel, 0 to 255; pictures of one size.
double difference(const media::Image& a, const media::Image& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(int(a.rgb[i]) - int(b.rgb[i]));
    return sum / double(a.rgb.size());
}

std::vector<media::Image> frames_of(const fs::path& clip) {
    media::VideoReader reader(clip, {});
    std::vector<media::Image> frames;
    while (auto frame = reader.next()) frames.push_back(std::move(frame->image));
    return frames;
}

/// Everything samples.json names is there, and each clip's poster is one of its own frames: the one
/// that shows most.
TEST(Samples, EveryClipHasAPosterOutOfItself) {
    const fs::path folder = fs::path(testing::TempDir()) / "univi_samples";
    fs::remove_all(folder);
    write_samples(folder);
    int clips = 0, pictures = 0;
    for (const base::Json& entry : base::read_json_file(folder / "samples.json")) {
        const fs::path file = folder / entry.at("file").get<std::string>();
        if (entry.at("kind") == "picture") {
            ++pictures;
            EXPECT_EQ(media::read_image(file).width, 480) << file;
            continue;
        }
        ++clips;
        const media::Image poster = media::read_image(fs::path(file).replace_extension(".jpg"));
        const std::vector<media::Image> frames = frames_of(file);
        ASSERT_GE(frames.size(), 8U) << file;
        ASSERT_EQ(poster.width, frames[0].width) << file;
        ASSERT_EQ(poster.height, frames[0].height) << file;
        // Only the visitor's clip shows more later than at its beginning.
        const bool comes_later = file.filename() == "visitor.mp4";
        const auto& wanted = comes_later ? frames.back() : frames.front();
        const auto& other = comes_later ? frames.front() : frames.back();
        EXPECT_LT(difference(poster, wanted), 2) << file;  // two lossy codings apart
        EXPECT_GT(difference(poster, other), 2 * difference(poster, wanted)) << file;
    }
    EXPECT_EQ(clips, 3);
    EXPECT_GE(pictures, 6);
    fs::remove_all(folder);
}

}  // namespace
}  // namespace univi::training::demo
