#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace univi::test {

/// A PNG of any colour type, written by hand (stored deflate blocks).
struct PngParts {
    std::uint32_t width = 0, height = 0;
    int bit_depth = 8, color_type = 2;  ///< 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA
    std::string rows = {};              ///< packed pixels, all rows, without filter bytes
    std::string palette = {}, transparency = {};  ///< PLTE and tRNS, left out when empty
};
std::string make_png(const PngParts& parts);

/// One PNG chunk with its length and CRC.
std::string png_chunk(std::string_view type, std::string_view data);

/// The JPEG with an EXIF segment that says how to turn it (1 to 8).
std::string with_exif_orientation(std::string_view jpeg, int orientation);

std::string from_base64(std::string_view text);

}  // namespace univi::test
