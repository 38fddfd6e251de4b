#include "core/media/transparency.h"

#include "core/media/frame_converter.h"
#include "core/media/image_file.h"
#include "core/media/video.h"
#include "tests/core/media/media_error.h"
#include "tests/core/media/tagged_pictures.h"
#include "tests/support/clips.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using namespace std::string_literals;
using test::make_png;
using test::make_tiff;
using testing::Each;
using testing::ElementsAre;

constexpr ImageOptions kAsReference{.reading = Reading::Reference};

class Transparency : public testing::Test {
  protected:
    std::vector<int> pixel(const std::string& bytes, int x, const ImageOptions& options = {}) {
        test::write_bytes(folder_ / "picture", bytes);
        const Image image = read_image(folder_ / "picture", options);
        const std::uint8_t* p = image.pixel(x, 0);
        return {p[0], p[1], p[2]};
    }
    test::ScratchFolder folder_;
};

TEST_F(Transparency, RgbaLiesOnWhiteForPeopleOnly) {
    const std::string png = make_png({.width = 3,
                                      .height = 1,
                                      .color_type = 6,
                                      .rows = "\x78\x3C\xC8\0\x78\x3C\xC8\x80\x78\x3C\xC8\xFF"s});
    EXPECT_THAT(pixel(png, 0), ElementsAre(255, 255, 255));
    EXPECT_THAT(pixel(png, 1), ElementsAre(187, 157, 227));
    EXPECT_THAT(pixel(png, 2), ElementsAre(120, 60, 200));
    for (int x = 0; x < 3; ++x) EXPECT_THAT(pixel(png, x, kAsReference), ElementsAre(120, 60, 200));
}

TEST_F(Transparency, GrayWithAlphaAndSixteenBits) {
    const std::string gray =
        make_png({.width = 2, .height = 1, .color_type = 4, .rows = "\x5A\0\x5A\x80"s});
    EXPECT_THAT(pixel(gray, 0), Each(255));
    EXPECT_THAT(pixel(gray, 1), Each(172));
    EXPECT_THAT(pixel(gray, 0, kAsReference), Each(90));
    const std::string wide =
        make_png({.width = 2,
                  .height = 1,
                  .bit_depth = 16,
                  .color_type = 6,
                  .rows = "\x10\0\x20\0\x30\0\0\0\x10\0\x20\0\x30\0\xFF\xFF"s});
    EXPECT_THAT(pixel(wide, 0), Each(255));
    EXPECT_THAT(pixel(wide, 1), ElementsAre(16, 32, 48));
    const std::string wide_gray = make_png({.width = 2,
                                            .height = 1,
                                            .bit_depth = 16,
                                            .color_type = 4,
                                            .rows = "\x40\0\0\0\x40\0\xFF\xFF"s});
    EXPECT_THAT(pixel(wide_gray, 0), Each(255));
    EXPECT_THAT(pixel(wide_gray, 1), Each(64));
}

TEST_F(Transparency, PaletteWithAlpha) {
    const std::string png = make_png({.width = 3,
                                      .height = 1,
                                      .color_type = 3,
                                      .rows = "\0\1\2"s,
                                      .palette = "\xFF\0\0\0\xC8\0\0\0\xB4"s,
                                      .transparency = "\0\x80"s});
    EXPECT_THAT(pixel(png, 0), ElementsAre(255, 255, 255));
    EXPECT_THAT(pixel(png, 1), ElementsAre(127, 227, 127));
    EXPECT_THAT(pixel(png, 2), ElementsAre(0, 0, 180));
    EXPECT_THAT(pixel(png, 0, kAsReference), ElementsAre(255, 0, 0));
}

TEST_F(Transparency, OneColourOfRgbAndOfGrayIsSeeThrough) {
    const std::string rgb = make_png({.width = 2,
                                      .height = 1,
                                      .color_type = 2,
                                      .rows = "\1\2\3\1\2\4"s,
                                      .transparency = "\0\1\0\2\0\3"s});
    EXPECT_THAT(pixel(rgb, 0), Each(255));
    EXPECT_THAT(pixel(rgb, 1), ElementsAre(1, 2, 4));
    EXPECT_THAT(pixel(rgb, 0, kAsReference), ElementsAre(1, 2, 3));
    const std::string gray = make_png(
        {.width = 2, .height = 1, .color_type = 0, .rows = "\x07\x08"s, .transparency = "\0\x07"s});
    EXPECT_THAT(pixel(gray, 0), Each(255));
    EXPECT_THAT(pixel(gray, 1), Each(8));
    EXPECT_THAT(pixel(gray, 0, kAsReference), Each(7));
    const std::string bits = make_png({.width = 2,
                                       .height = 1,
                                       .bit_depth = 1,
                                       .color_type = 0,
                                       .rows = "\x40",
                                       .transparency = "\0\0"s});
    EXPECT_THAT(pixel(bits, 0), Each(255));
    EXPECT_THAT(pixel(bits, 1), Each(255));
    const std::string wide = make_png({.width = 2,
                                       .height = 1,
                                       .bit_depth = 16,
                                       .color_type = 0,
                                       .rows = "\x12\x34\x12\x35"s,
                                       .transparency = "\x12\x34"s});
    EXPECT_THAT(pixel(wide, 0), Each(255));
    EXPECT_THAT(pixel(wide, 1), Each(0x12));
}

TEST_F(Transparency, Gif) {
    // The first of four colours, red, is the transparent one.
    const std::string gif = test::from_base64(
        "R0lGODlhBAACAIEAAP8AAADIAAAAtAkJCSH5BAEAAAEALAAAAAAEAAIAAAgJAAEEEDBAIMGAADs=");
    EXPECT_THAT(pixel(gif, 0), ElementsAre(255, 0, 0));
    EXPECT_THAT(pixel(gif, 1), ElementsAre(255, 255, 255));
    EXPECT_THAT(pixel(gif, 1, kAsReference), ElementsAre(0, 200, 0));
    EXPECT_THAT(pixel(gif, 2), ElementsAre(0, 0, 180));
}

TEST_F(Transparency, WebpStillAndAnimated) {
    const std::string webp = test::make_webp(2, 1, {120, 60, 200, 0, 120, 60, 200, 128});
    EXPECT_THAT(pixel(webp, 0), Each(255));
    EXPECT_THAT(pixel(webp, 1), ElementsAre(187, 157, 227));
    // Its frame covers the right half of a canvas of 4 x 2.
    const std::string picture =
        test::make_webp(
            2, 2, std::vector<std::uint8_t>{9, 8, 7, 255, 9, 8, 7, 0, 9, 8, 7, 255, 9, 8, 7, 255})
            .substr(12);
    std::string frame = "\1\0\0\0\0\0\1\0\0\1\0\0\x64\0\0\2"s + picture;
    std::string body = "WEBP" + test::riff_chunk("VP8X", "\x12\0\0\0\3\0\0\1\0\0"s) +
                       test::riff_chunk("ANIM", std::string(6, '\0')) +
                       test::riff_chunk("ANMF", frame);
    const std::string animated = test::riff_chunk("RIFF", body);
    EXPECT_THAT(pixel(animated, 0), Each(255));
    EXPECT_THAT(pixel(animated, 2), ElementsAre(9, 8, 7));
    EXPECT_THAT(pixel(animated, 3), Each(255));
    test::write_bytes(folder_ / "picture", animated);
    EXPECT_EQ(read_image(folder_ / "picture", kAsReference).width, 4);
}

TEST_F(Transparency, TiffAssociatedUnassociatedAndGray) {
    const auto rgba = [](int extra, const std::string& pixels) {
        return make_tiff({.width = 2, .height = 1, .samples = 4, .extra = extra, .pixels = pixels});
    };
    const std::string straight = rgba(2, "\x78\x3C\xC8\0\x78\x3C\xC8\x80"s);
    EXPECT_THAT(pixel(straight, 0), Each(255));
    EXPECT_THAT(pixel(straight, 1), ElementsAre(187, 157, 227));
    EXPECT_THAT(pixel(straight, 0, kAsReference), ElementsAre(120, 60, 200));
    const std::string multiplied = rgba(1, "\0\0\0\0\x3C\x1E\x64\x80"s);
    EXPECT_THAT(pixel(multiplied, 0), Each(255));
    EXPECT_THAT(pixel(multiplied, 1), ElementsAre(187, 157, 227));
    // A fourth sample of no stated meaning is no alpha.
    EXPECT_THAT(pixel(rgba(0, "\x78\x3C\xC8\0\x78\x3C\xC8\x80"s), 0), ElementsAre(120, 60, 200));
    const std::string gray = make_tiff({.width = 2,
                                        .height = 1,
                                        .samples = 2,
                                        .photometric = 1,
                                        .extra = 2,
                                        .pixels = "\x5A\0\x5A\x80"s});
    EXPECT_THAT(pixel(gray, 0), Each(255));
    EXPECT_THAT(pixel(gray, 1), Each(172));
}

/// Two pixels of 32 bits with a mask for alpha.
std::string bmp_with_alpha(const std::string& pixels) {
    std::string header = "BM"s + std::string(8, '\0') + "\x7A\0\0\0"s + "\x6C\0\0\0"s;
    header += "\2\0\0\0\1\0\0\0\1\0\x20\0\3\0\0\0\x08\0\0\0"s + std::string(16, '\0');
    header += "\0\0\xFF\0\0\xFF\0\0\xFF\0\0\0\0\0\0\xFF"s + "BGRs"s;
    return header + std::string(122 - header.size(), '\0') + pixels;
}

TEST_F(Transparency, BmpWithAnAlphaMask) {
    const std::string bmp = bmp_with_alpha("\xC8\x3C\x78\0\xC8\x3C\x78\xFF"s);
    EXPECT_THAT(pixel(bmp, 0), Each(255));
    EXPECT_THAT(pixel(bmp, 1), ElementsAre(120, 60, 200));
    EXPECT_THAT(pixel(bmp_with_alpha("\xC8\x3C\x78\0\xC8\x3C\x78\0"s), 0),
                ElementsAre(120, 60, 200));
}

TEST_F(Transparency, FramesOfAVideoToo) {
    FrameHandle frame(av_frame_alloc());
    frame->format = AV_PIX_FMT_BGRA;
    frame->width = 16;
    frame->height = 2;
    ASSERT_GE(av_frame_get_buffer(frame.get(), 0), 0);
    for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 16; ++x) {
            const std::uint8_t pixel[4] = {200, 60, 120,
                                           static_cast<std::uint8_t>(x < 8 ? 0 : 255)};
            std::copy_n(pixel, 4, frame->data[0] + y * frame->linesize[0] + x * 4);
        }
    const Image shown = FrameConverter(Reading::People).convert(*frame, 16, 2);
    EXPECT_THAT(std::vector<int>(shown.pixel(0, 0), shown.pixel(0, 0) + 3), Each(255));
    EXPECT_THAT(std::vector<int>(shown.pixel(9, 1), shown.pixel(9, 1) + 3),
                ElementsAre(120, 60, 200));
    const Image stored = FrameConverter(Reading::Reference).convert(*frame, 16, 2);
    EXPECT_THAT(std::vector<int>(stored.pixel(0, 0), stored.pixel(0, 0) + 3),
                ElementsAre(120, 60, 200));
}

}  // namespace
}  // namespace univi::media
