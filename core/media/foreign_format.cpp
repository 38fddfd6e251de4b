#include "core/media/foreign_format.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/media/byte_view.h"
#include "core/media/tiff_tags.h"

namespace univi::media {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kRaw = "a camera raw file";

struct Beginning {
    std::string_view bytes, format;
};

constexpr std::array kBeginnings{
    Beginning{"\xFF\x0A"sv, "a JPEG XL picture"},
    Beginning{"\0\0\0\x0CJXL \r\n\x87\n"sv, "a JPEG XL picture"},
    Beginning{"\0\0\0\x0CjP  \r\n\x87\n"sv, "a JPEG 2000 picture"},
    Beginning{"\xFF\x4F\xFF\x51"sv, "a JPEG 2000 picture"},
    Beginning{"II\xBC"sv, "a JPEG XR picture"},
    Beginning{"8BPS"sv, "a Photoshop document"},
    Beginning{"gimp xcf"sv, "a GIMP document"},
    Beginning{"%PDF-"sv, "a PDF document"},
    Beginning{"%!PS"sv, "a PostScript document"},
    Beginning{"\xC5\xD0\xD3\xC6"sv, "a PostScript document"},
    Beginning{"AT&TFORM"sv, "a DjVu document"},
    Beginning{"FUJIFILMCCD-RAW"sv, kRaw},
    Beginning{"IIU\0"sv, kRaw},
    Beginning{"IIRO"sv, kRaw},
    Beginning{"IIRS"sv, kRaw},
    Beginning{"MMOR"sv, kRaw},
    Beginning{"FOVb"sv, kRaw},
    Beginning{"\0MRM"sv, kRaw},
    Beginning{"II+\0"sv, "a BigTIFF picture"},
    Beginning{"MM\0+"sv, "a BigTIFF picture"},
    Beginning{"\x76\x2F\x31\x01"sv, "an OpenEXR picture"},
    Beginning{"#?RADIANCE"sv, "a Radiance HDR picture"},
    Beginning{"#?RGBE"sv, "a Radiance HDR picture"},
    Beginning{"DDS "sv, "a DirectDraw texture"},
    Beginning{"qoif"sv, "a QOI picture"},
    Beginning{"BPG\xFB"sv, "a BPG picture"},
    Beginning{"FLIF"sv, "a FLIF picture"},
    Beginning{"\0\0\1\0"sv, "a Windows icon"},
    Beginning{"\0\0\2\0\0\0\0\0"sv, "a Targa picture"},  // A cursor says how many it holds.
    Beginning{"\0\0\x0A\0\0\0\0\0"sv, "a Targa picture"},
    Beginning{"\0\0\2\0"sv, "a Windows cursor"},
    Beginning{"\xD7\xCD\xC6\x9A"sv, "a Windows metafile"},
    Beginning{"icns"sv, "a macOS icon"},
};

bool is_raw_brand(std::string_view bytes) {
    return bytes.substr(0, 12).ends_with("ftypcrx ");
}

/// Cameras write TIFF with tags of their own: what an ordinary reader finds first is a thumbnail.
bool is_raw_tiff(std::string_view bytes) {
    if (bytes.starts_with("II*\0"sv) && ByteView{bytes}.slice(8, 2) == "CR") return true;
    const TiffTags tags(bytes);
    if (!tags.is_sound()) return false;
    constexpr std::uint32_t kSubfileType = 254, kPhotometric = 262, kMake = 271, kSubFolders = 330,
                            kDngVersion = 50706;
    const std::uint32_t photometric = tags.number(kPhotometric, 0);
    if (tags.find(kDngVersion)) return true;
    if (photometric == 32803 || photometric == 34892) return true;
    return tags.find(kMake) && tags.find(kSubFolders) && tags.number(kSubfileType, 0) == 1;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
    return std::ranges::any_of(beginnings, [&](auto each) { return text.starts_with(each); });
}

/// SVG is text: an <svg> element behind a declaration, comments and white space.
bool is_svg(std::string_view bytes) {
    std::string_view text = bytes.substr(0, 4096);
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] != '<') return false;
    text.remove_prefix(begin);
    return starts_with_any(text, {"<svg", "<?xml", "<!--", "<!DOCTYPE svg"}) &&
           text.find("<svg") != std::string_view::npos;
}

/// "P1" to "P7" and white space: the portable formats of Netpbm.
bool is_netpbm(std::string_view bytes) {
    return bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7' &&
           " \t\r\n"sv.find(bytes[2]) != std::string_view::npos;
}

}  // namespace

std::string foreign_format(std::string_view bytes) {
    if (is_raw_brand(bytes) || is_raw_tiff(bytes)) return std::string(kRaw);
    if (is_svg(bytes)) return "an SVG drawing";
    if (is_netpbm(bytes)) return "a PNM picture";
    for (const Beginning& beginning : kBeginnings)
        if (bytes.starts_with(beginning.bytes)) return std::string(beginning.format);
    return {};
}

std::string foreign_advice(const std::string& format) {
    return "is " + format + ", which this program does not read; save it as PNG or JPEG";
}

}  // namespace univi::media
