#include "core/media/transparency.h"

#include <algorithm>
#include <utility>

namespace univi::media {

namespace {

std::uint8_t on_white(int color, int alpha, AlphaKind kind) {
    if (kind == AlphaKind::Premultiplied)
        return static_cast<std::uint8_t>(std::min(255, color + 255 - alpha));
    return static_cast<std::uint8_t>((color * alpha + 255 * (255 - alpha) + 127) / 255);
}

}  // namespace

Image flatten_on_white(int width, int height, std::vector<std::uint8_t> rgba, AlphaKind kind) {
    const std::size_t pixels = std::size_t(width) * height;
    // In place: what is written lies before what is read next.
    for (std::size_t i = 0; i < pixels; ++i) {
        const int alpha = rgba[i * 4 + 3];
        for (std::size_t c = 0; c < 3; ++c)
            rgba[i * 3 + c] = on_white(rgba[i * 4 + c], alpha, kind);
    }
    rgba.resize(pixels * 3);
    return {width, height, std::move(rgba)};
}

}  // namespace univi::media
