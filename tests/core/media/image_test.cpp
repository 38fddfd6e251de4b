#include "core/media/image_file.h"

#include "tests/core/media/golden_tensors.h"
#include "tests/core/media/media_error.h"
#include "tests/support/clips.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using test::GoldenTensors;
using test::make_png;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_literals;

constexpr ImageOptions kAsReference{.reading = Reading::Reference};

class ImageTest : public testing::Test {
  protected:
    std::filesystem::path file(const std::string& name, std::string_view bytes) {
        test::write_bytes(folder_ / name, bytes);
        return folder_ / name;
    }
    Image read(std::string_view bytes, const ImageOptions& options = {}) {
        return read_image(file("picture", bytes), options);
    }
    std::string refusal(const std::string& name, std::string_view bytes) {
        const auto path = file(name, bytes);
        testing::internal::CaptureStderr();
        const std::string sentence = test::media_error_of([&] { read_image(path); });
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
        return sentence;
    }
    test::ScratchFolder folder_;
};

std::vector<int> pixel(const Image& image, int x, int y) {
    const std::uint8_t* p = image.pixel(x, y);
    return {p[0], p[1], p[2]};
}

TEST_F(ImageTest, GoldenPicturesEqualPillow) {
    const GoldenTensors golden("decoded_images.safetensors");
    ASSERT_EQ(golden.names().size(), 5U);
    for (const std::string& name : golden.names()) {
        const Image image = read_image(test::golden_input(name), kAsReference);
        ASSERT_THAT(golden.shape(name), ElementsAre(image.height, image.width, 3)) << name;
        // The JPEGs too: the same libjpeg-turbo arithmetic.
        EXPECT_TRUE(image.rgb == golden.values<std::uint8_t>(name)) << name;
    }
}

TEST_F(ImageTest, AlphaIsDroppedNotBlendedForTheReference) {
    const Image rgba =
        read(make_png({.width = 1, .height = 1, .color_type = 6, .rows = "\x78\x3C\xC8\x01"}),
             kAsReference);
    EXPECT_THAT(pixel(rgba, 0, 0), ElementsAre(120, 60, 200));
    const Image gray = read(
        make_png({.width = 1, .height = 1, .color_type = 4, .rows = "\x5A\x01"}), kAsReference);
    EXPECT_THAT(pixel(gray, 0, 0), ElementsAre(90, 90, 90));
    const Image webp = read(
        test::from_base64("UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABEAdQnuIVuSiBiOh/AAA="), kAsReference);
    EXPECT_THAT(pixel(webp, 0, 0), ElementsAre(120, 60, 200));
}

TEST_F(ImageTest, TransparentPaletteColoursAreKept) {
    const Image image = read(make_png({.width = 3,
                                       .height = 1,
                                       .color_type = 3,
                                       .rows = "\0\1\2"s,
                                       .palette = "\xFF\0\0\0\xC8\0\0\0\xB4"s,
                                       .transparency = "\0\x80"s}),
                             kAsReference);
    EXPECT_THAT(pixel(image, 0, 0), ElementsAre(255, 0, 0));
    EXPECT_THAT(pixel(image, 1, 0), ElementsAre(0, 200, 0));
    EXPECT_THAT(pixel(image, 2, 0), ElementsAre(0, 0, 180));
}

TEST_F(ImageTest, OneBitGrayIsBlackAndWhite) {
    const Image image =
        read(make_png({.width = 2, .height = 1, .bit_depth = 1, .color_type = 0, .rows = "\x40"}));
    EXPECT_THAT(pixel(image, 0, 0), ElementsAre(0, 0, 0));
    EXPECT_THAT(pixel(image, 1, 0), ElementsAre(255, 255, 255));
}

TEST_F(ImageTest, SixteenBitsKeepTheUpperEight) {
    const Image image = read(make_png({.width = 1,
                                       .height = 1,
                                       .bit_depth = 16,
                                       .color_type = 2,
                                       .rows = "\x12\xFF\x34\xFF\x56\xFF"}));
    EXPECT_THAT(pixel(image, 0, 0), ElementsAre(0x12, 0x34, 0x56));
}

TEST_F(ImageTest, SixteenBitGrayIsWhiteForTheReferenceAndGrayForPeople) {
    const std::string png = make_png({.width = 3,
                                      .height = 1,
                                      .bit_depth = 16,
                                      .color_type = 0,
                                      .rows = "\0\x64\x40\0\xFF\xFF"s});
    const Image reference = read(png, kAsReference), shown = read(png);
    EXPECT_THAT(pixel(reference, 0, 0), ElementsAre(100, 100, 100));
    EXPECT_THAT(pixel(reference, 1, 0), ElementsAre(255, 255, 255));
    EXPECT_THAT(pixel(shown, 0, 0), ElementsAre(0, 0, 0));
    EXPECT_THAT(pixel(shown, 1, 0), ElementsAre(64, 64, 64));
    EXPECT_THAT(pixel(shown, 2, 0), ElementsAre(255, 255, 255));
}

TEST_F(ImageTest, CmykJpegAsPillow) {
    const Image image = read(test::from_base64(
        "/9j/7gAOQWRvYmUAZAAAAAAA/"
        "9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgS"
        "FBUU/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//"
        "EALUQAAIBAwMCBAMFBQQEAAABfQECAwAE"
        "EQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWV"
        "pjZGVmZ2hpanN0dXZ3eHl6"
        "g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9P"
        "X29/j5+v/aAA4EQwBNAFkA"
        "SwAAPwD48r9OK/QOv0dr+havw6r5frxWqNfulX4319QVeq9X9QFfyr1//9k="));
    const int wanted[4][3] = {{51, 226, 207}, {195, 57, 126}, {250, 250, 15}, {0, 0, 0}};
    for (int i = 0; i < 4; ++i) {
        const std::uint8_t* found = image.pixel(i % 2 ? 12 : 3, i / 2 ? 12 : 3);
        // OpenCV divides by 256 where Pillow divides by 255.
        for (int c = 0; c < 3; ++c) EXPECT_NEAR(found[c], wanted[i][c], 1) << i;
    }
}

TEST_F(ImageTest, GifFirstPictureWithItsTransparentColour) {
    const Image image =
        read(test::from_base64(
                 "R0lGODlhBAACAIEAAP8AAADIAAAAtAkJCSH5BAEAAAEALAAAAAAEAAIAAAgJAAEEEDBAIMGAADs="),
             kAsReference);
    ASSERT_EQ(image.width, 4);
    EXPECT_THAT(pixel(image, 0, 0), ElementsAre(255, 0, 0));
    EXPECT_THAT(pixel(image, 1, 0), ElementsAre(0, 200, 0));
    EXPECT_THAT(pixel(image, 2, 1), ElementsAre(0, 0, 180));
    EXPECT_THAT(pixel(image, 3, 1), ElementsAre(9, 9, 9));
}

TEST_F(ImageTest, AnimatedWebpGivesItsFirstPicture) {
    const Image image = read(test::from_base64(
        "UklGRogAAABXRUJQVlA4WAoAAAACAAAAFwAADwAAQU5JTQYAAAAAAAAAAABBTk1GKgAAAAAAAAAAABcAAA8AAGQAAA"
        "JWUDhMEQAAAC8XwAMAB1CP"
        "Ihel/4GI6H8AAEFOTUYqAAAAAAAAAAAAFwAADwAAZAAAAFZQOEwRAAAALxfAAwAHUI9SFL7/gYjofwAA"));
    ASSERT_EQ(image.width, 24);
    ASSERT_EQ(image.height, 16);
    EXPECT_THAT(pixel(image, 5, 5), ElementsAre(200, 30, 40));
}

TEST_F(ImageTest, WrittenPngReadsBackEqualAndJpegClose) {
    const Image image = test::numbered_picture(5, 40, 30);
    write_image(folder_ / "a.png", image);
    EXPECT_TRUE(read_image(folder_ / "a.png").rgb == image.rgb);
    write_image(folder_ / "a.JPG", image);
    EXPECT_LT(test::difference(image.rgb, read_image(folder_ / "a.JPG").rgb.data()).mean, 8);
}

TEST_F(ImageTest, ExifTurnsThePictureForPeopleOnly) {
    write_image(folder_ / "a.jpg", test::numbered_picture(0, 64, 32));
    const std::string turned = test::with_exif_orientation(test::read_bytes(folder_ / "a.jpg"), 6);
    const Image shown = read(turned), stored = read(turned, kAsReference);
    EXPECT_EQ(shown.width, 32);
    EXPECT_EQ(shown.height, 64);
    EXPECT_EQ(stored.width, 64);
    // Orientation 6: turned clockwise, so the red lower left corner comes to the upper left.
    EXPECT_GT(shown.pixel(2, 3)[0], 180);
    EXPECT_LT(shown.pixel(2, 60)[0], 130);
    EXPECT_GT(stored.pixel(3, 29)[0], 180);
}

TEST_F(ImageTest, NameDoesNotMatter) {
    write_image(folder_ / "a.png", test::numbered_picture(1, 20, 20));
    EXPECT_EQ(read_image(file("a.jpg", test::read_bytes(folder_ / "a.png"))).width, 20);
}

TEST_F(ImageTest, ProfilesAndTextsAreIgnored) {
    const std::string png = make_png({.width = 1, .height = 1, .rows = "\1\2\3"});
    const std::string junk = test::png_chunk("iCCP", "bad profile") +
                             test::png_chunk("gAMA", "\1") + test::png_chunk("tEXt", "x");
    testing::internal::CaptureStderr();
    const Image image = read(png.substr(0, 33) + junk + png.substr(33));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_THAT(pixel(image, 0, 0), ElementsAre(1, 2, 3));
}

TEST_F(ImageTest, MissingEmptyFolderAndTextAreNamed) {
    EXPECT_THAT(test::media_error_of([&] { read_image(folder_ / "none.jpg"); }),
                HasSubstr("none.jpg was not found"));
    EXPECT_THAT(test::media_error_of([&] { read_image(folder_ / ""); }), HasSubstr("is a folder"));
    EXPECT_THAT(refusal("empty.jpg", ""), StartsWith("empty.jpg is empty (0 bytes)"));
    EXPECT_THAT(refusal("notes.jpg", "Dear diary, …"), StartsWith("notes.jpg is not a picture"));
    EXPECT_THAT(refusal("b.bmp", "BM is a car maker, and this is a text about it."),
                HasSubstr("not a picture"));
}

TEST_F(ImageTest, TruncatedFilesAreRefused) {
    const Image image = test::numbered_picture(7, 200, 150);
    for (const char* name : {"a.png", "a.jpg"}) {
        write_image(folder_ / name, image);
        const std::string bytes = test::read_bytes(folder_ / name);
        for (const double share : {0.02, 0.3, 0.7, 0.99}) {
            const auto kept = static_cast<std::size_t>(static_cast<double>(bytes.size()) * share);
            EXPECT_THAT(refusal(name, bytes.substr(0, kept)), HasSubstr("damaged or cut off"))
                << name << share;
        }
    }
    const std::string gif = test::from_base64(
        "R0lGODlhBAACAIEAAP8AAADIAAAAtAkJCSH5BAEAAAEALAAAAAAEAAIAAAgJAAEEEDBAIMGAADs=");
    EXPECT_THAT(refusal("a.gif", gif.substr(0, 50)), HasSubstr("damaged or cut off"));
    const std::string webp =
        test::from_base64("UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABEAdQnuIVuSiBiOh/AAA=");
    EXPECT_THAT(refusal("a.webp", webp.substr(0, 30)), HasSubstr("damaged or cut off"));
}

TEST_F(ImageTest, APngThatLacksOnlyItsEndIsRead) {
    write_image(folder_ / "a.png", test::numbered_picture(7, 200, 150));
    const std::string bytes = test::read_bytes(folder_ / "a.png");
    const Image whole = read(bytes);
    for (const std::size_t cut : {1U, 5U, 12U})
        EXPECT_TRUE(read(bytes.substr(0, bytes.size() - cut)).rgb == whole.rgb) << cut;
    EXPECT_THAT(refusal("a.png", bytes.substr(0, bytes.size() - 20)), HasSubstr("damaged"));
}

TEST_F(ImageTest, WrongChecksumIsRefused) {
    std::string png = make_png({.width = 1, .height = 1, .rows = "\1\2\3"});
    png[png.size() - 20] ^= 1;
    EXPECT_THAT(refusal("a.png", png), HasSubstr("damaged"));
}

TEST_F(ImageTest, TooLargeIsRefusedBeforeAnyPixelIsAllocated) {
    const std::string png =
        make_png({.width = 40000, .height = 40000, .rows = std::string(40000, '\0')});
    EXPECT_THAT(refusal("huge.png", png),
                testing::AllOf(HasSubstr("huge.png is too large: 40000 x 40000"),
                               HasSubstr("64 megapixels")));
    write_image(folder_ / "a.png", test::numbered_picture(1, 30, 20));
    EXPECT_THAT(test::media_error_of([&] { read_image(folder_ / "a.png", {.max_pixels = 599}); }),
                HasSubstr("too large"));
    EXPECT_EQ(read_image(folder_ / "a.png", {.max_pixels = 600}).width, 30);
}

TEST_F(ImageTest, WritingNeedsAKnownEndingAndPixels) {
    const auto write = [&](const char* name, const Image& image) {
        return test::error_of([&] { write_image(folder_ / name, image); }, base::ErrorKind::File);
    };
    EXPECT_THAT(write("a.txt", test::numbered_picture(0, 8, 8)),
                HasSubstr("must end in .png or .jpg"));
    EXPECT_THAT(write("a.png", {}), HasSubstr("no pixels"));
    EXPECT_FALSE(write("missing/a.png", test::numbered_picture(0, 8, 8)).empty());
}

}  // namespace
}  // namespace univi::media
