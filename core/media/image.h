#pragma once

#include <cstdint>
#include <filesystem>
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

struct ImageOptions {
    bool apply_exif_rotation =
        true;  ///< for people; evaluation and training read without it, as the reference does
    std::int64_t max_pixels = 64'000'000;  ///< checked before pixels are allocated
};

/// Reads JPEG, PNG, WebP, BMP, TIFF, GIF (first frame) by content, not by name; alpha dropped (not
/// blended), palette and gray expanded, as Pillow's convert("RGB"). Throws Error{Media}: one
/// sentence for missing, empty, non-picture, truncated, too large.
Image read_image(const std::filesystem::path& path, const ImageOptions& options = {});

/// Writes PNG (by extension .png) or JPEG. Throws Error{File}.
void write_image(const std::filesystem::path& path, const Image& image);

}  // namespace univi::media
