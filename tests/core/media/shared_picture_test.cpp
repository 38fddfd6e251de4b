#include "core/media/shared_picture.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/media/frame_converter.h"

namespace univi::media {
namespace {

constexpr int kWidth = 5, kHeight = 4;

/// Every pixel has its own colours: red is its column, green its row, blue 200; the fourth byte and
/// the gap behind each row are rubbish.
std::vector<std::uint8_t> pixels(bool is_rgb, int gap) {
    std::vector<std::uint8_t> bytes;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const auto red = std::uint8_t(x * 10), green = std::uint8_t(y * 10);
            for (const std::uint8_t byte : {is_rgb ? red : std::uint8_t(200), green,
                                            is_rgb ? std::uint8_t(200) : red, std::uint8_t(77)})
                bytes.push_back(byte);
        }
        bytes.insert(bytes.end(), std::size_t(gap), 99);
    }
    return bytes;
}

void expect_part(const Image& image, int x0, int y0) {
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            const auto* pixel = image.pixel(x, y);
            EXPECT_EQ(pixel[0], (x0 + x) * 10);
            EXPECT_EQ(pixel[1], (y0 + y) * 10);
            EXPECT_EQ(pixel[2], 200);
        }
}

Image image_of(const AVFrame& frame) {
    return FrameConverter(Reading::People).convert(frame, frame.width, frame.height);
}

TEST(SharedPicture, EveryOrderOfColoursIsRead) {
    for (const AVPixelFormat format :
         {AV_PIX_FMT_BGR0, AV_PIX_FMT_RGB0, AV_PIX_FMT_BGRA, AV_PIX_FMT_RGBA}) {
        const bool is_rgb = format == AV_PIX_FMT_RGB0 || format == AV_PIX_FMT_RGBA;
        const auto bytes = pixels(is_rgb, 0);
        const FrameHandle frame = copy_of({format, kWidth, kHeight, 0, bytes});
        ASSERT_TRUE(frame);
        const Image image = image_of(*frame);
        EXPECT_EQ(image.width, kWidth);
        EXPECT_EQ(image.height, kHeight);
        expect_part(image, 0, 0);
    }
}

TEST(SharedPicture, RowsMayLieApartAndAPartMayShowSomething) {
    const auto bytes = pixels(false, 12);
    const FrameHandle frame =
        copy_of({AV_PIX_FMT_BGRA, kWidth, kHeight, kWidth * 4 + 12, bytes, {2, 1, 3, 2}});
    ASSERT_TRUE(frame);
    const Image image = image_of(*frame);
    EXPECT_EQ(image.width, 3);
    EXPECT_EQ(image.height, 2);
    expect_part(image, 2, 1);
}

/// The last row needs no gap behind it.
TEST(SharedPicture, BytesMustBeEnough) {
    const auto bytes = pixels(false, 12);
    const std::span<const std::uint8_t> all = bytes;
    const int stride = kWidth * 4 + 12;
    EXPECT_TRUE(copy_of({AV_PIX_FMT_BGR0, kWidth, kHeight, stride, all.first(all.size() - 12)}));
    EXPECT_FALSE(copy_of({AV_PIX_FMT_BGR0, kWidth, kHeight, stride, all.first(all.size() - 13)}));
}

TEST(SharedPicture, NumbersThatContradictOneAnotherAreNoPicture) {
    const auto bytes = pixels(false, 0);
    const int most = std::numeric_limits<int>::max();
    using Part = SharedPicture::Part;
    const auto is_refused = [&](int width, int height, std::ptrdiff_t stride, const Part& part) {
        return !copy_of({AV_PIX_FMT_BGR0, width, height, stride, bytes, part});
    };
    EXPECT_TRUE(is_refused(0, kHeight, 0, {}));
    EXPECT_TRUE(is_refused(kWidth, -1, 0, {}));
    EXPECT_TRUE(is_refused(most, most, 0, {}));
    EXPECT_TRUE(is_refused(kWidth, kHeight, kWidth * 4 - 1, {}));
    EXPECT_TRUE(is_refused(kWidth, kHeight, -kWidth * 4, {}));
    EXPECT_TRUE(is_refused(kWidth, kHeight, most, {}));
    EXPECT_TRUE(is_refused(kWidth, kHeight, std::numeric_limits<std::ptrdiff_t>::max(), {}));
    for (const Part& part : {Part{-1, 0, 2, 2}, Part{0, 0, kWidth + 1, 1}, Part{4, 0, 2, 1},
                             Part{0, 3, 1, 2}, Part{most, 0, most, 1}, Part{0, 0, 3, 0}})
        EXPECT_TRUE(is_refused(kWidth, kHeight, 0, part)) << part.x << " " << part.width;
    EXPECT_FALSE(is_refused(kWidth, kHeight, 0, {}));
}

}  // namespace
}  // namespace univi::media
