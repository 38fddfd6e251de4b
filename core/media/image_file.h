#pragma once

#include <filesystem>
#include <future>

#include "core/media/image.h"

namespace univi::media {

/// Reads JPEG, PNG, WebP, BMP, TIFF, GIF (first picture), HEIC and AVIF by content, not by name;
/// palette and gray expanded. Throws Error{Media}: one sentence for missing, empty, non-picture, a
/// format that is known but not read, truncated, too large.
Image read_image(const std::filesystem::path& path, const ImageOptions& options = {});

/// Opens what reading needs in a thread of its own, so that the first picture does not wait for it.
/// Errors are left to who reads. The future waits for the thread when it goes.
[[nodiscard]] std::future<void> prepare_to_read_images();

/// Writes PNG (by extension .png) or JPEG. Throws Error{File}.
void write_image(const std::filesystem::path& path, const Image& image);

}  // namespace univi::media
