#pragma once

#include <filesystem>

#include "core/media/image.h"

namespace univi::media {

/// Reads JPEG, PNG, WebP, BMP, TIFF, GIF (first picture), HEIC and AVIF by content, not by name;
/// palette and gray expanded. Throws Error{Media}: one sentence for missing, empty, non-picture, a
/// format that is known but not read, truncated, too large.
Image read_image(const std::filesystem::path& path, const ImageOptions& options = {});

/// Writes PNG (by extension .png) or JPEG. Throws Error{File}.
void write_image(const std::filesystem::path& path, const Image& image);

}  // namespace univi::media
