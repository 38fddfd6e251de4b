#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace univi::test {

/// A TIFF header and one directory, as EXIF keeps it, whose tag 274 says `orientation`.
std::string exif_block(int orientation, bool is_big_endian = true);

/// An uncompressed TIFF of 8 or 16 bits, one strip.
struct TiffParts {
    int width = 0, height = 0, samples = 3, bits = 8;
    int photometric = 2;  ///< 1 gray, 2 RGB
    int extra = -1;       ///< ExtraSamples, left out when negative
    int orientation = 0;  ///< left out when 0
    bool is_big_endian = false;
    std::string pixels{};
};
std::string make_tiff(const TiffParts& parts);

/// A lossless WebP of RGBA pixels; with alpha only where one is not 255.
std::string make_webp(int width, int height, const std::vector<std::uint8_t>& rgba);

/// The still WebP in its extended form, with more chunks behind the picture.
std::string extended_webp(int width, int height, std::string_view still, std::string_view more);

/// One RIFF chunk, padded.
std::string riff_chunk(std::string_view type, std::string_view data);

/// One JPEG segment: marker 0xFF `marker`, length, data.
std::string jpeg_segment(int marker, std::string_view data);

}  // namespace univi::test
