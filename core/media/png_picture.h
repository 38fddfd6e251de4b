#pragma once

#include <optional>
#include <string>

#include "core/media/image.h"

namespace univi::media {

/// Reads a PNG with alpha, a transparent colour or a palette with alpha, on white; of 16 bits the
/// upper eight. libpng decodes it (OpenCV 4.6 drops the transparent colour of gray pictures). The
/// size must have been checked before. nullopt when it is damaged.
std::optional<Image> decode_png_on_white(const std::string& bytes);

}  // namespace univi::media
