#include "core/media/foreign_format.h"

#include "core/media/image_file.h"
#include "core/media/video.h"
#include "tests/core/media/media_error.h"
#include "tests/core/media/tagged_pictures.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::media {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::StartsWith;

struct Case {
    const char* name;
    std::string beginning, format;
};
void PrintTo(const Case& made, std::ostream* out) {
    *out << made.name;
}

class ForeignFormats : public testing::TestWithParam<Case> {};

TEST_P(ForeignFormats, AreNamedWithAWayOut) {
    const test::ScratchFolder folder;
    const auto& [name, beginning, format] = GetParam();
    test::write_bytes(folder / name, beginning + std::string(100, 'x'));
    const std::string sentence =
        test::media_error_of([&, file = folder / name] { read_image(file); });
    EXPECT_THAT(sentence, StartsWith(std::string(name) + " is " + format));
    EXPECT_THAT(sentence, HasSubstr("save it as PNG or JPEG"));
    EXPECT_FALSE(is_video_file(folder / name));
    EXPECT_THAT(test::media_error_of([&, file = folder / name] { VideoReader reader(file, {}); }),
                HasSubstr("is not a video but " + format));
}

INSTANTIATE_TEST_SUITE_P(
    All, ForeignFormats,
    testing::Values(
        Case{"a.jxl", "\xFF\x0A"s, "a JPEG XL picture"},
        Case{"b.jxl", "\0\0\0\x0CJXL \r\n\x87\n"s, "a JPEG XL picture"},
        Case{"a.tga", "\0\0\2\0\0\0\0\0\0\0\0\0\xE0\1\xE0\1\x18\0"s, "a Targa picture"},
        Case{"rle.tga", "\0\0\n\0\0\0\0\0\0\0\0\0\xE0\1\xE0\1\x18\0"s, "a Targa picture"},
        Case{"a.cur", "\0\0\2\0\1\0\x20\x20\0\0"s, "a Windows cursor"},
        Case{"a.jp2", "\0\0\0\x0CjP  \r\n\x87\n"s, "a JPEG 2000 picture"},
        Case{"a.j2k", "\xFF\x4F\xFF\x51"s, "a JPEG 2000 picture"},
        Case{"a.psd", "8BPS\0\1"s, "a Photoshop document"},
        Case{"a.pdf", "%PDF-1.7\n"s, "a PDF document"},
        Case{"a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"s, "an SVG drawing"},
        Case{"b.svg", "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- x -->\n<svg>"s, "an SVG drawing"},
        Case{"a.cr2", "II*\0\x10\0\0\0CR\2\0"s, "a camera raw file"},
        Case{"a.cr3",
             "\0\0\0\x18"
             "ftypcrx \0\0\0\1crx "s,
             "a camera raw file"},
        Case{"a.raf", "FUJIFILMCCD-RAW 0201"s, "a camera raw file"},
        Case{"a.xcf", "gimp xcf v011"s, "a GIMP document"},
        Case{"a.ppm", "P6\n2 2\n255\n"s, "a PNM picture"},
        Case{"a.exr", "\x76\x2F\x31\x01"s, "an OpenEXR picture"},
        Case{"a.ico", "\0\0\1\0\1\0"s, "a Windows icon"}));

TEST(ForeignFormat, RawFilesThatBeginAsTiffDoes) {
    // DNGVersion (50706) in the place of the tag for the orientation.
    std::string dng = test::exif_block(1, false);
    dng[10] = '\x12';
    dng[11] = '\xC6';
    EXPECT_EQ(foreign_format(dng), "a camera raw file");
    EXPECT_EQ(foreign_format(test::make_tiff({.width = 1, .height = 1, .pixels = "abc"})), "");
}

TEST(ForeignFormat, TextsAndOtherFilesAreNone) {
    for (const char* text :
         {"", "P", "PK\3\4", "Dear diary", "<html><svg", "<?xml version='1.0'?><a/>"})
        EXPECT_EQ(foreign_format(text), "") << text;
}

}  // namespace
}  // namespace univi::media
