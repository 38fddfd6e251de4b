#pragma once

#include <optional>
#include <string>

#include "core/media/image.h"

namespace univi::media {

/// First picture of an animated WebP on its whole canvas, as libwebp's own animation decoder (and
/// so Pillow) gives it; on white for people, else with the colours under its alpha. The canvas must
/// have been checked before. nullopt when it is damaged.
std::optional<Image> decode_animated_webp(const std::string& bytes, Reading reading);

}  // namespace univi::media
