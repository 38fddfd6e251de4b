#include "core/media/picture_orientation.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "core/media/byte_view.h"
#include "core/media/png_chunks.h"
#include "core/media/tiff_tags.h"

namespace univi::media {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLargestProfile = std::size_t{1} << 20;  // of text that a PNG keeps packed
constexpr std::string_view kXmpPrefix = "http://ns.adobe.com/xap/1.0/\0"sv;

/// What was found on the way through a file.
struct Found {
    std::optional<int> exif, xmp;
};

bool is_orientation(std::uint32_t value) {
    return value >= 1 && value <= 8;
}

/// An EXIF block, with or without the six bytes that JPEG puts before it.
void read_exif(std::string_view block, Found& found) {
    if (found.exif) return;
    if (block.starts_with("Exif\0"sv)) block.remove_prefix(std::min<std::size_t>(6, block.size()));
    const std::uint32_t value = TiffTags(block).number(TiffTags::kOrientation, 0);
    if (is_orientation(value)) found.exif = static_cast<int>(value);
}

/// tiff:Orientation as an attribute ("6") or an element (>6<).
void read_xmp(std::string_view text, Found& found) {
    constexpr std::string_view kName = "tiff:Orientation";
    const std::size_t at = text.find(kName);
    if (found.xmp || at == std::string_view::npos) return;
    const std::string_view rest = text.substr(at + kName.size(), 8);
    const std::size_t digit = rest.find_first_not_of(" =>\"'");
    if (digit == std::string_view::npos || digit == 0) return;
    const auto value = static_cast<std::uint32_t>(rest[digit] - '0');
    if (is_orientation(value)) found.xmp = static_cast<int>(value);
}

void search_jpeg(std::string_view bytes, Found& found) {
    const ByteView view{bytes};
    std::size_t at = 2;
    while (view.has(at, 4) && view.u8(at) == 0xFF) {
        const std::uint32_t marker = view.u8(at + 1);
        if (marker == 0xFF) {
            ++at;
            continue;
        }
        const std::size_t length = view.u16_be(at + 2);
        if (marker == 0xDA || marker == 0xD9 || length < 2 || !view.has(at + 2, length)) return;
        std::string_view segment = view.slice(at + 4, length - 2);
        if (marker == 0xE1 && segment.starts_with("Exif\0"sv)) read_exif(segment, found);
        if (marker == 0xE1 && segment.starts_with(kXmpPrefix)) read_xmp(segment, found);
        at += 2 + length;
    }
}

std::string inflated(std::string_view packed) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) return {};
    std::string out(kLargestProfile, '\0');
    // const_cast: zlib's field is not const; it only reads.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    inflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

/// Cuts the text up to the next zero byte off the front, the zero byte too.
std::string_view take_string(std::string_view& data) {
    const std::string_view taken = data.substr(0, data.find('\0'));
    data.remove_prefix(std::min(data.size(), taken.size() + 1));
    return taken;
}

/// The words of a tEXt, zTXt or iTXt chunk, whose keyword goes to `keyword`.
std::string png_text(std::string_view type, std::string_view data, std::string& keyword) {
    keyword = take_string(data);
    if (type == "tEXt") return std::string(data);
    if (type == "zTXt") return data.empty() ? "" : inflated(data.substr(1));
    if (data.size() < 2) return {};
    const bool is_packed = data[0] == 1;
    data.remove_prefix(2);
    take_string(data);  // language
    take_string(data);  // translated keyword
    return is_packed ? inflated(data) : std::string(data);
}

/// A profile as ImageMagick writes it into a text: its name, its length, then hexadecimal digits.
std::string from_raw_profile(const std::string& text) {
    std::size_t at = text.find_first_not_of('\n');
    for (int line = 0; line < 2 && at != std::string::npos; ++line) {
        at = text.find('\n', at);
        if (at != std::string::npos) ++at;
    }
    std::string bytes;
    int high = -1;
    for (; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (!std::isxdigit(c)) continue;
        const int digit = std::isdigit(c) ? c - '0' : std::tolower(c) - 'a' + 10;
        if (high >= 0) bytes += static_cast<char>(high << 4 | digit);
        high = high >= 0 ? -1 : digit;
    }
    return bytes;
}

void search_png_text(std::string_view type, std::string_view data, Found& raw) {
    std::string keyword;
    const std::string text = png_text(type, data, keyword);
    if (keyword == "XML:com.adobe.xmp") read_xmp(text, raw);
    std::ranges::transform(keyword, keyword.begin(),
                           [](unsigned char c) { return std::tolower(c); });
    if (keyword == "raw profile type exif" || keyword == "raw profile type app1")
        read_exif(from_raw_profile(text), raw);
}

void search_png(std::string_view bytes, Found& found) {
    Found raw;
    walk_png({bytes}, [&](std::string_view type, std::string_view chunk) {
        const std::string_view data = chunk.substr(8, chunk.size() - 12);
        const bool is_text = type == "tEXt" || type == "zTXt" || type == "iTXt";
        if (!is_text && type != "eXIf") return true;
        if (!has_right_crc(chunk)) return true;
        if (is_text)
            search_png_text(type, data, raw);
        else
            read_exif(data, found);
        return true;
    });
    if (!found.exif) found.exif = raw.exif;
    found.xmp = raw.xmp;
}

void search_webp(std::string_view bytes, Found& found) {
    const ByteView view{bytes};
    const std::uint64_t end = std::uint64_t(view.u32_le(4)) + 8;
    std::uint64_t at = 12;
    while (at + 8 <= end && view.has(at, 8)) {
        const std::uint64_t length = view.u32_le(at + 4);
        if (!view.has(at + 8, length)) return;
        const std::string_view type = view.slice(at, 4), data = view.slice(at + 8, length);
        if (type == "EXIF") read_exif(data, found);
        if (type == "XMP ") read_xmp(data, found);
        at += 8 + length + (length & 1);
    }
}

}  // namespace

int stored_orientation(PictureKind kind, std::string_view bytes) {
    Found found;
    switch (kind) {
        case PictureKind::Jpeg:
            search_jpeg(bytes, found);
            break;
        case PictureKind::Png:
            search_png(bytes, found);
            break;
        case PictureKind::WebP:
            search_webp(bytes, found);
            break;
        case PictureKind::Tiff:
            read_exif(bytes, found);
            break;
        default:
            break;
    }
    return found.exif.value_or(found.xmp.value_or(1));
}

}  // namespace univi::media
