#pragma once

#include <string>

#include "core/media/image.h"

namespace univi::media {

/// First picture of a GIF held in memory, for people on white. FFmpeg decodes it (OpenCV 4.6 reads
/// no GIF). Throws Error{Media} beginning with `name` when it cannot be decoded.
Image decode_gif_picture(const std::string& bytes, const std::string& name, Reading reading);

}  // namespace univi::media
