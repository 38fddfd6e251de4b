#pragma once

#include <cstdint>
#include <vector>

namespace univi::media {

/// 8-bit RGB picture, rows top to bottom, no padding.
struct Image {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgb;  ///< height*width*3
    const std::uint8_t* pixel(int x, int y) const {
        return rgb.data() + (std::size_t(y) * width + x) * 3;
    }
};

/// What pixels are read for.
enum class Reading {
    /// As a person sees the file: turned upright, see-through parts on white, HDR and wide colours
    /// as sRGB. Chat reads so.
    People,
    /// As the reference's libraries give them: Pillow's convert("RGB") for pictures (alpha dropped,
    /// not blended; only TIFF turned), decord 0.6.0 for videos (turned by quarters, colours as
    /// coded). Evaluation, training and `dump` read so.
    Reference
};

struct ImageOptions {
    Reading reading = Reading::People;
    std::int64_t max_pixels = 64'000'000;  ///< checked before pixels are allocated
};

}  // namespace univi::media
