#pragma once

#include <optional>
#include <string>

#include "core/media/image.h"

namespace univi::media {

/// First picture of a TIFF, on white where `has_alpha`; of 16 bits the upper eight. libtiff decodes
/// it: unlike OpenCV it takes gray with alpha, says how the colours stand to it, and is quiet about
/// damage. The size must have been checked before. nullopt when it cannot be decoded.
std::optional<Image> decode_tiff_on_white(const std::string& bytes, bool has_alpha);

}  // namespace univi::media
