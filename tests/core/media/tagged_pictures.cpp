#include "tests/core/media/tagged_pictures.h"

#include <webp/encode.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace univi::test {

namespace {

std::string number(std::uint32_t value, int bytes, bool is_big_endian) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xFF);
    if (is_big_endian) std::reverse(out.begin(), out.end());
    return out;
}

struct Tag {
    std::uint32_t tag, type, count;
    std::string value;  ///< at most four bytes
};

/// A whole TIFF up to the end of its one directory; what follows begins at its size.
std::string directory(const std::vector<Tag>& tags, bool is_big_endian) {
    std::string out = is_big_endian ? std::string("MM\0*", 4) : std::string("II*\0", 4);
    out += number(8, 4, is_big_endian) +
           number(static_cast<std::uint32_t>(tags.size()), 2, is_big_endian);
    for (const Tag& tag : tags) {
        out += number(tag.tag, 2, is_big_endian) + number(tag.type, 2, is_big_endian) +
               number(tag.count, 4, is_big_endian) + tag.value;
        out += std::string(4 - tag.value.size(), '\0');
    }
    return out + std::string(4, '\0');
}

}  // namespace

std::string exif_block(int orientation, bool is_big_endian) {
    return directory({{274, 3, 1, number(std::uint32_t(orientation), 2, is_big_endian)}},
                     is_big_endian);
}

std::string make_tiff(const TiffParts& parts) {
    const bool big = parts.is_big_endian;
    const auto value = [&](int number_) { return number(std::uint32_t(number_), 2, big); };
    const auto make = [&](std::uint32_t offset) {
        std::vector<Tag> tags{{256, 3, 1, value(parts.width)},
                              {257, 3, 1, value(parts.height)},
                              // One value for all samples: libtiff takes it so.
                              {258, 3, 1, value(parts.bits)},
                              {259, 3, 1, value(1)},
                              {262, 3, 1, value(parts.photometric)},
                              {273, 4, 1, number(offset, 4, big)}};
        if (parts.orientation) tags.push_back({274, 3, 1, value(parts.orientation)});
        tags.push_back({277, 3, 1, value(parts.samples)});
        tags.push_back({278, 3, 1, value(parts.height)});
        tags.push_back({279, 4, 1, number(std::uint32_t(parts.pixels.size()), 4, big)});
        if (parts.extra >= 0) tags.push_back({338, 3, 1, value(parts.extra)});
        return directory(tags, big);
    };
    return make(static_cast<std::uint32_t>(make(0).size())) + parts.pixels;
}

std::string make_webp(int width, int height, const std::vector<std::uint8_t>& rgba) {
    std::uint8_t* encoded = nullptr;
    const std::size_t size =
        WebPEncodeLosslessRGBA(rgba.data(), width, height, width * 4, &encoded);
    if (size == 0) throw std::runtime_error("libwebp cannot encode");
    std::string out(reinterpret_cast<const char*>(encoded), size);
    WebPFree(encoded);
    return out;
}

std::string riff_chunk(std::string_view type, std::string_view data) {
    return std::string(type) + number(std::uint32_t(data.size()), 4, false) + std::string(data) +
           std::string(data.size() & 1, '\0');
}

std::string extended_webp(int width, int height, std::string_view still, std::string_view more) {
    std::string header(4, '\0');
    header[0] = 0x08 | 0x10;  // EXIF, alpha
    header +=
        number(std::uint32_t(width - 1), 3, false) + number(std::uint32_t(height - 1), 3, false);
    const std::string body =
        "WEBP" + riff_chunk("VP8X", header) + std::string(still.substr(12)) + std::string(more);
    return riff_chunk("RIFF", body);
}

std::string jpeg_segment(int marker, std::string_view data) {
    std::string out = "\xFF";
    out += static_cast<char>(marker);
    return out + number(std::uint32_t(data.size() + 2), 2, true) + std::string(data);
}

}  // namespace univi::test
