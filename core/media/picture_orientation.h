#pragma once

#include <string_view>

#include "core/media/picture_header.h"

namespace univi::media {

/// Returns the orientation tag that a picture file keeps: 1 (as stored) to 8, as EXIF counts; 1
/// when there is none or it is wrong. Read where each format keeps it: any EXIF segment of a JPEG,
/// a PNG's eXIf chunk or raw EXIF profile before or behind the pixels, a WebP's EXIF chunk, a
/// TIFF's tag 274. Where EXIF says nothing, XMP's tiff:Orientation counts. HEIC and AVIF keep turns
/// of their own that their decoder applies, so they answer 1. Never throws.
int stored_orientation(PictureKind kind, std::string_view bytes);

}  // namespace univi::media
