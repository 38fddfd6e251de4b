#include "core/media/picture_header.h"

#include <algorithm>
#include <cstdlib>

#include "core/media/byte_view.h"
#include "core/media/png_chunks.h"
#include "core/media/tiff_tags.h"

namespace univi::media {

namespace {

using namespace std::string_view_literals;

bool is_frame_marker(std::uint32_t marker) {
    // SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC).
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// First byte of the next marker after the coded data from `at`; stuffed bytes and restart markers
/// belong to the data.
std::size_t skip_coded_data(const ByteView& view, std::size_t at) {
    while (true) {
        at = view.bytes.find('\xFF', at);
        if (at == std::string_view::npos || at + 1 >= view.bytes.size()) return view.bytes.size();
        const std::uint32_t next = view.u8(at + 1);
        if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) return at;
        at += next == 0xFF ? 1 : 2;
    }
}

void read_jpeg(const ByteView& view, PictureHeader& header) {
    std::size_t at = 2;
    while (view.has(at, 2)) {
        if (view.u8(at) != 0xFF) return;
        const std::uint32_t marker = view.u8(at + 1);
        if (marker == 0xFF) {
            ++at;
            continue;
        }
        if (marker == 0xD9) {
            header.is_whole = header.width > 0;
            return;
        }
        const std::size_t length = view.u16_be(at + 2);
        if (length < 2 || !view.has(at + 2, length)) return;
        if (is_frame_marker(marker) && header.width == 0) {
            header.height = view.u16_be(at + 5);
            header.width = view.u16_be(at + 7);
        }
        at += 2 + length;
        if (marker == 0xDA) at = skip_coded_data(view, at);
    }
}

bool decides_png_pixels(std::string_view type) {
    return type == "IHDR" || type == "PLTE" || type == "IDAT" || type == "IEND";
}

void read_png(const ByteView& view, PictureHeader& header) {
    if (view.slice(12, 4) != "IHDR" || view.u32_be(8) != 13) return;
    header.width = view.u32_be(16);
    header.height = view.u32_be(20);
    header.is_gray16 = view.u8(24) == 16 && view.u8(25) == 0;
    const std::uint32_t color_type = view.u8(25);
    header.has_alpha = color_type == 4 || color_type == 6;
    bool has_pixels = false;
    std::string_view last;
    const bool is_sound = walk_png(view, [&](std::string_view type, std::string_view chunk) {
        last = chunk;
        has_pixels = has_pixels || type == "IDAT";
        header.has_alpha = header.has_alpha || type == "tRNS";
        return !decides_png_pixels(type) || has_right_crc(chunk);
    });
    // Where only the last chunk is cut off, every pixel may be there: Pillow reads such a file too.
    const auto lacks_end = [&] {
        if (last.empty()) return false;
        const auto end = static_cast<std::size_t>(last.data() + last.size() - view.bytes.data());
        return last.substr(4, 4) == "IDAT" && has_right_crc(last) &&
               view.bytes.size() - end < kEmptyPngChunk;
    };
    header.is_whole = has_pixels && (is_sound || lacks_end());
}

std::string png_pixels_only(std::string_view bytes, bool keeps_transparency) {
    std::string kept(kPngSignature);
    walk_png({bytes}, [&](std::string_view type, std::string_view chunk) {
        if (decides_png_pixels(type) || (keeps_transparency && type == "tRNS")) kept += chunk;
        return true;
    });
    constexpr std::string_view kEnd{"\0\0\0\0IEND\xAE\x42\x60\x82", kEmptyPngChunk};
    if (!kept.ends_with(kEnd)) kept += kEnd;
    return kept;
}

/// Size out of a VP8 or VP8L chunk at `at`; false when it is neither.
bool read_webp_frame(const ByteView& view, std::size_t at, PictureHeader& header) {
    const std::string_view type = view.slice(at, 4);
    if (type == "VP8 ") {
        header.width = view.u16_le(at + 14) & 0x3FFF;
        header.height = view.u16_le(at + 16) & 0x3FFF;
        return view.has(at, 18);
    }
    if (type != "VP8L") return false;
    const std::uint32_t bits = view.u32_le(at + 9);
    header.width = (bits & 0x3FFF) + 1;
    header.height = (bits >> 14 & 0x3FFF) + 1;
    return view.has(at, 13);
}

/// Next VP8/VP8L chunk (whole, with its header) between `at` and `end`; ANMF frames are entered.
/// Empty when there is none.
std::string_view first_webp_frame(const ByteView& view, std::size_t at, std::size_t end) {
    while (at + 8 <= end) {
        const std::string_view type = view.slice(at, 4);
        const std::uint64_t length = view.u32_le(at + 4);
        if (length > end - at - 8) return {};
        if (type == "VP8 " || type == "VP8L") return view.slice(at, 8 + length);
        // ANMF: 16 bytes of place and time, then the frame's own chunks.
        at += type == "ANMF" ? 8 + 16 : 8 + length + (length & 1);
    }
    return {};
}

void read_webp(const ByteView& view, PictureHeader& header) {
    const std::uint64_t end = std::uint64_t(view.u32_le(4)) + 8;
    if (!view.has(0, end)) {
        if (!read_webp_frame(view, 12, header) && view.has(0, 30)) {
            header.width = view.u24_le(24) + 1;
            header.height = view.u24_le(27) + 1;
        }
        return;
    }
    header.is_animated = view.slice(12, 4) == "VP8X" && (view.u8(20) & 2) != 0;
    const std::string_view frame = first_webp_frame(view, 12, end);
    if (frame.empty()) return;
    header.is_whole =
        read_webp_frame(view, static_cast<std::size_t>(frame.data() - view.bytes.data()), header);
    if (!header.is_animated) return;
    header.width = view.u24_le(24) + 1;
    header.height = view.u24_le(27) + 1;
}

void read_bmp(const ByteView& view, PictureHeader& header) {
    if (view.u32_le(14) == 12) {
        header.width = view.u16_le(18);
        header.height = view.u16_le(20);
        header.is_whole = view.has(view.u32_le(10), 1);
        return;
    }
    header.width = static_cast<std::int32_t>(view.u32_le(18));
    // A negative height says that the rows run from top to bottom.
    header.height = std::abs(std::int64_t(static_cast<std::int32_t>(view.u32_le(22))));
    const std::uint32_t bits = view.u16_le(28), compression = view.u32_le(30);
    const bool has_known_bits =
        bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
    if (header.width <= 0 || !has_known_bits || compression > 3) return;
    header.has_alpha =
        bits == 32 && compression == 3 && view.u32_le(14) >= 56 && view.u32_le(66) != 0;
    const std::uint64_t row = (std::uint64_t(header.width) * bits + 31) / 32 * 4;
    const bool is_compressed = compression == 1 || compression == 2;
    // At most 2^31 * 2^16 bits a row and 2^31 rows: checked by division, the product may wrap.
    const std::uint64_t rows = is_compressed ? 0 : static_cast<std::uint64_t>(header.height);
    header.is_whole = rows == 0 || row <= view.bytes.size() / rows;
    header.is_whole = header.is_whole && view.has(view.u32_le(10), row * rows);
}

/// Position after a chain of sub-blocks that begins at `at`.
std::size_t skip_gif_blocks(const ByteView& view, std::size_t at) {
    while (view.has(at, 1) && view.u8(at) != 0) at += view.u8(at) + 1;
    return at + 1;
}

std::size_t gif_palette_bytes(std::uint32_t flags) {
    return flags & 0x80 ? std::size_t{3} << ((flags & 7) + 1) : 0;
}

/// Position of the first image descriptor; `control` is set to a graphic control extension's flags
/// before it, else 0.
std::size_t first_gif_image(const ByteView& view, std::size_t& control) {
    control = 0;
    std::size_t at = 13 + gif_palette_bytes(view.u8(10));
    while (view.has(at, 2)) {
        if (view.u8(at) == 0x2C) return at;
        if (view.u8(at) != 0x21) break;
        if (view.u8(at + 1) == 0xF9) control = at + 3;
        at = skip_gif_blocks(view, at + 2);
    }
    return view.bytes.size();
}

void read_gif(const ByteView& view, PictureHeader& header) {
    header.width = view.u16_le(6);
    header.height = view.u16_le(8);
    std::size_t control = 0;
    const std::size_t image = first_gif_image(view, control);
    if (!view.has(image, 10)) return;
    const std::size_t data = image + 10 + gif_palette_bytes(view.u8(image + 9)) + 1;
    header.is_whole = view.has(skip_gif_blocks(view, data) - 1, 1);
}

void drop_gif_transparency(std::string& bytes) {
    std::size_t control = 0;
    first_gif_image({bytes}, control);
    if (control != 0 && control < bytes.size())
        bytes[control] = static_cast<char>(bytes[control] & ~1);
}

void read_tiff(const ByteView& view, PictureHeader& header) {
    constexpr std::uint32_t kWidth = 256, kHeight = 257, kBits = 258, kSamples = 277,
                            kTileWidth = 322, kTileHeight = 323;
    const TiffTags tags(view.bytes);
    if (!tags.is_sound()) return;
    header.width = tags.number(kWidth, 0);
    header.height = tags.number(kHeight, 0);
    header.is_gray16 = tags.number(kBits, 1) == 16 && tags.number(kSamples, 1) == 1;
    const std::uint32_t extra = tags.number(TiffTags::kExtraSamples, 0);
    header.has_alpha = extra == 1 || extra == 2;
    // A tile may stand out over the picture's edge, but one tile of gigapixels is an attack.
    const std::int64_t tile_width = tags.number(kTileWidth, 1);
    const std::int64_t tile_height = tags.number(kTileHeight, 1);
    header.is_whole = tile_width <= header.width + 65536 && tile_height <= header.height + 65536;
}

/// Gives the first value of a tag of short numbers, where its entry has it in itself.
void set_tiff_tag(std::string& bytes, std::uint32_t tag, char value) {
    const TiffTags tags{std::string_view(bytes)};
    const auto entry = tags.find(tag);
    if (!entry || entry->type != 3 || entry->value_at + 2 > bytes.size()) return;
    bytes[entry->value_at + (tags.is_little_endian() ? 0 : 1)] = value;
    bytes[entry->value_at + (tags.is_little_endian() ? 1 : 0)] = 0;
}

/// ExtraSamples "alpha" (2) becomes "colours already multiplied by alpha" (1), so that libtiff
/// leaves the colours alone.
void drop_tiff_blending(std::string& bytes) {
    const TiffTags tags{std::string_view(bytes)};
    if (tags.number(TiffTags::kExtraSamples, 0) == 2)
        set_tiff_tag(bytes, TiffTags::kExtraSamples, 1);
}

/// The brand that says what an ISO base media file holds when it holds a picture.
PictureKind isobmff_kind(const ByteView& view) {
    if (view.slice(4, 4) != "ftyp") return PictureKind::Unknown;
    const std::string_view major = view.slice(8, 4);
    const auto kind_of = [](std::string_view brand) {
        if (brand == "avif" || brand == "avis") return PictureKind::Avif;
        for (const char* heic : {"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"})
            if (brand == heic) return PictureKind::Heic;
        return PictureKind::Unknown;
    };
    if (const PictureKind kind = kind_of(major); kind != PictureKind::Unknown) return kind;
    if (major != "mif1" && major != "msf1" && major != "miaf") return PictureKind::Unknown;
    const std::uint64_t end = std::min<std::uint64_t>(view.u32_be(0), 256);
    for (std::uint64_t at = 16; at + 4 <= end; at += 4)
        if (const PictureKind kind = kind_of(view.slice(at, 4)); kind != PictureKind::Unknown)
            return kind;
    return PictureKind::Heic;
}

}  // namespace

PictureKind picture_kind(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xD8\xFF"sv)) return PictureKind::Jpeg;
    if (bytes.starts_with(kPngSignature)) return PictureKind::Png;
    if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP"))
        return PictureKind::WebP;
    if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return PictureKind::Gif;
    if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) return PictureKind::Tiff;
    // Two letters are little: the size of the second header and its one plane have to fit as well.
    const ByteView view{bytes};
    const std::uint32_t second = view.u32_le(14);
    const std::uint32_t planes = second == 12 ? view.u16_le(22) : view.u16_le(26);
    if (bytes.starts_with("BM") && (second == 12 || (second >= 40 && second <= 124)) &&
        planes == 1) {
        return PictureKind::Bmp;
    }
    return isobmff_kind(view);
}

PictureHeader read_picture_header(std::string_view bytes) {
    PictureHeader header;
    header.kind = picture_kind(bytes);
    const ByteView view{bytes};
    switch (header.kind) {
        case PictureKind::Jpeg:
            read_jpeg(view, header);
            break;
        case PictureKind::Png:
            read_png(view, header);
            break;
        case PictureKind::WebP:
            read_webp(view, header);
            break;
        case PictureKind::Bmp:
            read_bmp(view, header);
            break;
        case PictureKind::Gif:
            read_gif(view, header);
            break;
        case PictureKind::Tiff:
            read_tiff(view, header);
            break;
        case PictureKind::Heic:
        case PictureKind::Avif:
        case PictureKind::Unknown:
            break;
    }
    return header;
}

std::string decodable_bytes(const PictureHeader& header, std::string bytes, bool keeps_alpha) {
    if (header.kind == PictureKind::Png) return png_pixels_only(bytes, keeps_alpha);
    if (header.kind == PictureKind::Gif && !keeps_alpha) drop_gif_transparency(bytes);
    if (header.kind == PictureKind::Tiff) {
        set_tiff_tag(bytes, TiffTags::kOrientation, 1);
        if (!keeps_alpha) drop_tiff_blending(bytes);
    }
    return bytes;
}

std::string_view name_of(PictureKind kind) {
    switch (kind) {
        case PictureKind::Jpeg:
            return "a JPEG picture";
        case PictureKind::Png:
            return "a PNG picture";
        case PictureKind::WebP:
            return "a WebP picture";
        case PictureKind::Bmp:
            return "a BMP picture";
        case PictureKind::Gif:
            return "a GIF picture";
        case PictureKind::Tiff:
            return "a TIFF picture";
        case PictureKind::Heic:
            return "a HEIC picture";
        case PictureKind::Avif:
            return "an AVIF picture";
        case PictureKind::Unknown:
            break;
    }
    return "no picture";
}

}  // namespace univi::media
