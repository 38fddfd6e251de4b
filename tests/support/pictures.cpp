#include "tests/support/pictures.h"

#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace univi::test {

namespace {

std::string big_endian(std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
    return out;
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) {
        crc ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
    }
    return ~crc;
}

/// zlib stream of stored blocks.
std::string stored(std::string_view data) {
    std::string out = "\x78\x01";
    std::uint32_t a = 1, b = 0;
    for (const char c : data) {
        a = (a + static_cast<std::uint8_t>(c)) % 65521;
        b = (b + a) % 65521;
    }
    for (std::size_t at = 0; at < data.size(); at += 65535) {
        const std::string_view block = data.substr(at, 65535);
        const auto size = static_cast<std::uint16_t>(block.size());
        out += static_cast<char>(at + block.size() == data.size());
        for (const std::uint16_t value : {size, static_cast<std::uint16_t>(~size)}) {
            out += static_cast<char>(value & 0xFF);
            out += static_cast<char>(value >> 8);
        }
        out += block;
    }
    return out + big_endian(b << 16 | a);
}

}  // namespace

std::string png_chunk(std::string_view type, std::string_view data) {
    const std::string body = std::string(type) + std::string(data);
    return big_endian(static_cast<std::uint32_t>(data.size())) + body + big_endian(crc32(body));
}

std::string make_png(const PngParts& parts) {
    std::string header = big_endian(parts.width) + big_endian(parts.height);
    header += static_cast<char>(parts.bit_depth);
    header += static_cast<char>(parts.color_type);
    header += std::string(3, '\0');
    std::string filtered;
    const std::size_t row = parts.rows.size() / parts.height;
    for (std::size_t y = 0; y < parts.height; ++y)
        filtered += '\0' + parts.rows.substr(y * row, row);
    std::string png = "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header);
    if (!parts.palette.empty()) png += png_chunk("PLTE", parts.palette);
    if (!parts.transparency.empty()) png += png_chunk("tRNS", parts.transparency);
    return png + png_chunk("IDAT", stored(filtered)) + png_chunk("IEND", "");
}

std::string with_exif_orientation(std::string_view jpeg, int orientation) {
    using namespace std::string_view_literals;
    // APP1 with a big-endian TIFF of one entry: tag 0x112, SHORT, count 1.
    std::string segment(
        "\xFF\xE1\x00\x22"
        "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"sv);
    segment += static_cast<char>(orientation);
    segment += "\0\0\0\0\0\0"sv;
    return std::string(jpeg.substr(0, 2)) + segment + std::string(jpeg.substr(2));
}

std::string from_base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t digit = kDigits.find(c);
        if (digit == std::string_view::npos) break;
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
    }
    return out;
}

}  // namespace univi::test
