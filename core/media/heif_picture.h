#pragma once

#include <cstdint>
#include <string>

#include "core/media/image.h"
#include "core/media/picture_header.h"

namespace univi::media {

/// Returns the primary picture of a HEIC or AVIF file held in memory, by libheif: tiles put
/// together, its crop, turn and mirror applied once. For people alpha lies on white and HDR and
/// wide colours are sRGB (display_colours.h); else alpha is dropped and colours stay as coded.
/// Throws Error{Media} beginning with `name`: damaged, of a kind that the system's libraries cannot
/// decode, more than `max_pixels`.
Image decode_heif_picture(const std::string& bytes, PictureKind kind, const std::string& name,
                          const ImageOptions& options);

}  // namespace univi::media
