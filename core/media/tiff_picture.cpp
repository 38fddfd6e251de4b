#include "core/media/tiff_picture.h"

#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "core/media/transparency.h"

namespace univi::media {

namespace {

constexpr tmsize_t kLargestAllocation = tmsize_t{512} << 20;

/// A file in memory for libtiff.
struct Memory {
    const std::string* bytes = nullptr;
    toff_t at = 0;
};

tmsize_t read(thandle_t handle, void* out, tmsize_t wanted) {
    auto& memory = *static_cast<Memory*>(handle);
    const toff_t size = memory.bytes->size();
    const toff_t left = memory.at < size ? size - memory.at : 0;
    const auto count = std::min<toff_t>(left, static_cast<toff_t>(std::max<tmsize_t>(wanted, 0)));
    if (count > 0) std::memcpy(out, memory.bytes->data() + memory.at, count);
    memory.at += count;
    return static_cast<tmsize_t>(count);
}
tmsize_t write(thandle_t, void*, tmsize_t) {
    return 0;
}
toff_t seek(thandle_t handle, toff_t offset, int whence) {
    auto& memory = *static_cast<Memory*>(handle);
    if (whence == SEEK_CUR) offset += memory.at;
    if (whence == SEEK_END) offset += memory.bytes->size();
    return memory.at = offset;
}
int close(thandle_t) {
    return 0;
}
toff_t size(thandle_t handle) {
    return static_cast<Memory*>(handle)->bytes->size();
}
int say_nothing(TIFF*, void*, const char*, const char*, va_list) {
    return 1;  // handled
}

struct TiffDeleter {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using TiffHandle = std::unique_ptr<TIFF, TiffDeleter>;

TiffHandle open(Memory& memory) {
    TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
    if (!options) return nullptr;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, kLargestAllocation);
    TIFFOpenOptionsSetErrorHandlerExtR(options, say_nothing, nullptr);
    TIFFOpenOptionsSetWarningHandlerExtR(options, say_nothing, nullptr);
    // "m": no memory mapping.
    TIFF* tiff = TIFFClientOpenExt("picture", "rm", &memory, read, write, seek, close, size,
                                   nullptr, nullptr, options);
    TIFFOpenOptionsFree(options);
    return TiffHandle(tiff);
}

/// libtiff multiplies straight alpha into colours, but not into gray.
AlphaKind alpha_of(TIFF* tiff) {
    std::uint16_t photometric = 0, count = 0, *extra = nullptr;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &extra);
    const bool is_gray =
        photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
    const bool is_straight = count > 0 && extra && extra[0] == EXTRASAMPLE_UNASSALPHA;
    return is_gray && is_straight ? AlphaKind::Straight : AlphaKind::Premultiplied;
}

}  // namespace

std::optional<Image> decode_tiff_on_white(const std::string& bytes, bool has_alpha) {
    Memory memory{&bytes, 0};
    const TiffHandle tiff = open(memory);
    std::uint32_t width = 0, height = 0;
    if (!tiff || !TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width) ||
        !TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height) || width == 0 || height == 0)
        return std::nullopt;
    std::vector<std::uint8_t> rgba(std::size_t(width) * height * 4);
    // The bytes of a pixel stand as R, G, B, A in memory: x86-64 is little-endian.
    if (!TIFFReadRGBAImageOriented(tiff.get(), width, height,
                                   reinterpret_cast<std::uint32_t*>(rgba.data()),
                                   ORIENTATION_TOPLEFT, /*stop on error*/ 1))
        return std::nullopt;
    // A fourth sample of no stated meaning comes out as alpha too.
    for (std::size_t i = 3; !has_alpha && i < rgba.size(); i += 4) rgba[i] = 255;
    return flatten_on_white(static_cast<int>(width), static_cast<int>(height), std::move(rgba),
                            alpha_of(tiff.get()));
}

}  // namespace univi::media
