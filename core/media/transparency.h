#pragma once

#include <cstdint>
#include <vector>

#include "core/media/image.h"

namespace univi::media {

/// How colours stand to their alpha.
enum class AlphaKind {
    Straight,      ///< as they are, to be multiplied by alpha
    Premultiplied  ///< multiplied already
};

/// RGBA pixels in rows without padding, laid on white: width*height*4 bytes, used up.
Image flatten_on_white(int width, int height, std::vector<std::uint8_t> rgba,
                       AlphaKind kind = AlphaKind::Straight);

}  // namespace univi::media
