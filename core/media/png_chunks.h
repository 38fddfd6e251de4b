#pragma once

#include <zlib.h>

#include "core/media/byte_view.h"

namespace univi::media {

inline constexpr std::string_view kPngSignature{"\x89PNG\r\n\x1a\n", 8};

/// Bytes of a chunk without data: length, type, CRC.
inline constexpr std::size_t kEmptyPngChunk = 12;

/// Returns true when the CRC of a whole chunk (length, type, data, CRC) is right.
inline bool has_right_crc(std::string_view chunk) {
    const std::string_view covered = chunk.substr(4, chunk.size() - 8);
    const uLong crc = ::crc32(0, reinterpret_cast<const Bytef*>(covered.data()),
                              static_cast<uInt>(covered.size()));
    return crc == ByteView{chunk}.u32_be(chunk.size() - 4);
}

/// Calls visit(type, whole chunk) in order while it returns true. True when the chunks are sound
/// up to IEND.
template <class Visit>
bool walk_png(const ByteView& view, Visit visit) {
    std::size_t at = kPngSignature.size();
    while (view.has(at, 12)) {
        const std::uint32_t length = view.u32_be(at);
        if (!view.has(at, std::uint64_t(length) + 12)) return false;
        const std::string_view type = view.slice(at + 4, 4);
        if (!visit(type, view.slice(at, std::size_t(length) + 12))) return false;
        if (type == "IEND") return true;
        at += std::size_t(length) + 12;
    }
    return false;
}

}  // namespace univi::media
