#include "core/media/picture_orientation.h"

#include <zlib.h>

#include "core/media/image_file.h"
#include "tests/core/media/media_error.h"
#include "tests/core/media/tagged_pictures.h"
#include "tests/support/clips.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using namespace std::string_literals;
using test::exif_block;
using test::jpeg_segment;
using test::png_chunk;

constexpr int kWidth = 3, kHeight = 2;
constexpr ImageOptions kAsReference{.reading = Reading::Reference};

/// Where the six stored pixels stand when the picture is turned by tag 1 to 8, row by row.
constexpr int kTurned[8][6] = {{0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0},
                               {3, 4, 5, 0, 1, 2}, {0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2},
                               {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3}};

std::string stored_pixels() {
    std::string pixels;
    for (int i = 0; i < kWidth * kHeight; ++i)
        pixels += {static_cast<char>(40 * i), static_cast<char>(250 - 40 * i), '\x11'};
    return pixels;
}

std::vector<int> numbers_of(const Image& image) {
    std::vector<int> numbers;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) numbers.push_back(image.pixel(x, y)[0] / 40);
    return numbers;
}

std::vector<int> turned(int tag) {
    return {std::begin(kTurned[tag - 1]), std::end(kTurned[tag - 1])};
}

class PictureOrientation : public testing::Test {
  protected:
    Image read(const std::string& bytes, const ImageOptions& options = {}) {
        test::write_bytes(folder_ / "picture", bytes);
        return read_image(folder_ / "picture", options);
    }
    /// People see it turned; the reference does not, but for TIFF.
    void expect_turned(int tag, const std::string& bytes, bool reference_too = false) {
        const Image shown = read(bytes);
        EXPECT_EQ(shown.width, tag > 4 ? kHeight : kWidth);
        EXPECT_EQ(numbers_of(shown), turned(tag)) << "tag " << tag;
        EXPECT_EQ(numbers_of(read(bytes, kAsReference)), turned(reference_too ? tag : 1));
    }
    static std::string png(const std::string& before, const std::string& behind = {}) {
        const std::string plain = test::make_png(
            {.width = kWidth, .height = kHeight, .color_type = 2, .rows = stored_pixels()});
        return plain.substr(0, 33) + before + plain.substr(33, plain.size() - 45) + behind +
               plain.substr(plain.size() - 12);
    }
    static std::string webp() {
        std::vector<std::uint8_t> rgba;
        const std::string pixels = stored_pixels();
        for (int i = 0; i < kWidth * kHeight; ++i) {
            for (int c = 0; c < 3; ++c)
                rgba.push_back(static_cast<std::uint8_t>(pixels[std::size_t(i) * 3 + c]));
            rgba.push_back(255);
        }
        return test::make_webp(kWidth, kHeight, rgba);
    }
    test::ScratchFolder folder_;
};

TEST_F(PictureOrientation, PngBeforeAndBehindItsPixels) {
    for (int tag = 1; tag <= 8; ++tag) {
        expect_turned(tag, png(png_chunk("eXIf", exif_block(tag))));
        expect_turned(tag, png({}, png_chunk("eXIf", exif_block(tag, false))));
    }
}

std::string raw_profile(int tag) {
    const std::string block = "Exif\0\0"s + exif_block(tag);
    std::string text = "\nexif\n" + std::to_string(block.size()) + "\n";
    for (std::size_t i = 0; i < block.size(); ++i) {
        constexpr const char* kDigits = "0123456789abcdef";
        text += kDigits[static_cast<std::uint8_t>(block[i]) >> 4];
        text += kDigits[block[i] & 15];
        if (i % 36 == 35) text += '\n';
    }
    return text;
}

TEST_F(PictureOrientation, PngRawProfile) {
    const std::string text = raw_profile(6);
    expect_turned(6, png(png_chunk("tEXt", "Raw profile type exif\0"s + text)));
    expect_turned(6, png({}, png_chunk("tEXt", "Raw profile type APP1\0"s + text)));
    std::string packed(compressBound(text.size()), '\0');
    uLongf size = packed.size();
    ASSERT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                       reinterpret_cast<const Bytef*>(text.data()), text.size()),
              Z_OK);
    packed.resize(size);
    expect_turned(6, png(png_chunk("zTXt", "Raw profile type exif\0\0"s + packed)));
    // eXIf counts for more.
    expect_turned(3, png(png_chunk("tEXt", "Raw profile type exif\0"s + text),
                         png_chunk("eXIf", exif_block(3))));
}

TEST_F(PictureOrientation, WebpWithAndWithoutJpegsPrefix) {
    for (int tag = 1; tag <= 8; ++tag) {
        for (const std::string& prefix : {""s, "Exif\0\0"s}) {
            const std::string chunk = test::riff_chunk("EXIF", prefix + exif_block(tag));
            expect_turned(tag, test::extended_webp(kWidth, kHeight, webp(), chunk));
        }
    }
}

TEST_F(PictureOrientation, TiffIsTurnedForTheReferenceToo) {
    for (int tag = 1; tag <= 8; ++tag)
        for (const bool is_big_endian : {false, true})
            expect_turned(tag,
                          test::make_tiff({.width = kWidth,
                                           .height = kHeight,
                                           .orientation = tag,
                                           .is_big_endian = is_big_endian,
                                           .pixels = stored_pixels()}),
                          true);
}

class JpegOrientation : public PictureOrientation {
  protected:
    void SetUp() override {
        write_image(folder_ / "a.jpg", test::numbered_picture(0, 64, 32));
        jpeg_ = test::read_bytes(folder_ / "a.jpg");
    }
    /// Segments behind the JFIF segment that the encoder wrote.
    std::string with(const std::string& segments) const {
        const std::size_t begin = 4 + static_cast<std::uint8_t>(jpeg_[5]);
        return jpeg_.substr(0, begin) + segments + jpeg_.substr(begin);
    }
    static std::string exif(int tag, bool is_big_endian = true) {
        return jpeg_segment(0xE1, "Exif\0\0"s + exif_block(tag, is_big_endian));
    }
    static int found(const std::string& bytes) {
        return stored_orientation(PictureKind::Jpeg, bytes);
    }
    std::string jpeg_;
};

TEST_F(JpegOrientation, ExifBehindOtherSegments) {
    const std::string xmp =
        jpeg_segment(0xE1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta tiff:Orientation=\"3\"/>"s);
    ASSERT_EQ(jpeg_[3], '\xE0');
    EXPECT_EQ(found(jpeg_), 1);
    for (int tag = 1; tag <= 8; ++tag) {
        EXPECT_EQ(found(with(exif(tag))), tag);
        EXPECT_EQ(found(with(xmp + exif(tag, false))), tag);
        EXPECT_EQ(found(with(jpeg_segment(0xE2, "ICC_PROFILE") + jpeg_segment(0xFE, "a comment") +
                             exif(tag))),
                  tag);
    }
    EXPECT_EQ(found(with(exif(0) + exif(9) + exif(8) + exif(3))), 8);
    EXPECT_EQ(found(with(xmp)), 3);
    EXPECT_EQ(
        found(with(jpeg_segment(0xE1, "http://ns.adobe.com/xap/1.0/\0<tiff:Orientation>6<"s))), 6);
}

TEST_F(JpegOrientation, ThePictureIsTurned) {
    const Image stored = read(jpeg_), shown = read(with(exif(6)));
    EXPECT_EQ(shown.width, 32);
    EXPECT_EQ(shown.height, 64);
    for (const auto& [x, y] : {std::pair{2, 3}, {30, 60}, {16, 10}})
        EXPECT_EQ(shown.pixel(x, y)[0], stored.pixel(y, 31 - x)[0]);
    EXPECT_EQ(read(with(exif(6)), kAsReference).width, 64);
}

TEST_F(JpegOrientation, NothingBehindTheScanOrOutsideOfTheFileCounts) {
    EXPECT_EQ(found(jpeg_ + exif(6)), 1);
    const std::string whole = with(exif(6));
    for (std::size_t size = 0; size < 80; ++size) (void)found(whole.substr(0, size));
    std::string far = exif(6);
    far[4 + 6 + 7] = '\x7F';  // the directory lies beyond the segment
    EXPECT_EQ(found(with(far)), 1);
}

}  // namespace
}  // namespace univi::media
