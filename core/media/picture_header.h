#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace univi::media {

enum class PictureKind { Unknown, Jpeg, Png, WebP, Bmp, Gif, Tiff };

/// What a picture file says about itself, read from its bytes without decoding. Sizes are the
/// file's claim, bounded only by its number format.
struct PictureHeader {
    PictureKind kind = PictureKind::Unknown;
    std::int64_t width = 0, height = 0;  ///< as stored, before any rotation
    bool is_whole = false;               ///< false: the file ends early or its structure is broken
    bool is_gray16 = false;              ///< one channel of 16 bits
    bool is_animated = false;            ///< animated WebP
};

/// The kind by the first bytes alone.
PictureKind picture_kind(std::string_view bytes);

/// Never throws; what cannot be read stays 0 and not whole.
PictureHeader read_picture_header(std::string_view bytes);

/// The picture alone: the chunks that decide pixels, without colour profiles, texts and
/// transparency, which the decoder would complain about or apply. For a whole file only. PNG: IHDR,
/// PLTE, IDAT, IEND. Animated WebP: the first frame as a still one. GIF: the first picture's
/// transparent colour becomes an ordinary palette colour. TIFF: alpha is
/// not multiplied into the colours. Others: unchanged.
std::string decodable_bytes(const PictureHeader& header, std::string bytes);

}  // namespace univi::media
