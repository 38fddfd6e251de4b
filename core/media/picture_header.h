#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace univi::media {

enum class PictureKind { Unknown, Jpeg, Png, WebP, Bmp, Gif, Tiff, Heic, Avif };

/// What a picture file says about itself, read from its bytes without decoding. Sizes are the
/// file's claim, bounded only by its number format. HEIC and AVIF say nothing here: libheif
/// reads their boxes.
struct PictureHeader {
    PictureKind kind = PictureKind::Unknown;
    std::int64_t width = 0, height = 0;  ///< as stored, before any rotation
    bool is_whole = false;               ///< false: the file ends early or its structure is broken
    bool is_gray16 = false;              ///< one channel of 16 bits
    bool is_animated = false;            ///< animated WebP; its size is then the canvas's
    bool has_alpha = false;              ///< PNG, BMP, TIFF: some pixels may be see-through
};

/// Returns the kind by the first bytes alone.
PictureKind picture_kind(std::string_view bytes);

/// Never throws; what cannot be read stays 0 and not whole.
PictureHeader read_picture_header(std::string_view bytes);

/// Returns the picture alone: what decides pixels, without colour profiles and texts, which the
/// decoder would complain about or apply. For a whole file only. PNG: IHDR, PLTE, IDAT, IEND. TIFF:
/// as stored, its orientation tag set to 1. Without `keeps_alpha` nothing is see-through any more,
/// and the colours under it are those of the file: PNG loses tRNS, the first picture of a GIF its
/// transparent colour, and TIFF's alpha is not multiplied into the colours. Others: unchanged.
std::string decodable_bytes(const PictureHeader& header, std::string bytes, bool keeps_alpha);

/// Returns "a JPEG picture", with its article.
std::string_view name_of(PictureKind kind);

}  // namespace univi::media
