#include "core/media/orientation.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace univi::media {

Orientation orientation_from_display_matrix(const std::int32_t matrix[9]) {
    // Row vectors: x' = a*x + c*y, y' = b*x + d*y with a, b, c, d = matrix[0], [1], [3], [4].
    const std::int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
    if (std::abs(b) > std::abs(a)) return {true, c < 0, b < 0};
    return {false, a < 0, d < 0};
}

Orientation orientation_from_degrees(double clockwise) {
    if (!std::isfinite(clockwise)) return {};
    switch ((static_cast<int>(std::lround(std::fmod(clockwise, 360) / 90)) + 4) % 4) {
        case 1:
            return {true, true, false};
        case 2:
            return {false, true, true};
        case 3:
            return {true, false, true};
        default:
            return {};
    }
}

Orientation orientation_from_tag(int tag) {
    switch (tag) {
        case 2:
            return {false, true, false};
        case 3:
            return {false, true, true};
        case 4:
            return {false, false, true};
        case 5:
            return {true, false, false};
        case 6:
            return {true, true, false};
        case 7:
            return {true, true, true};
        case 8:
            return {true, false, true};
        default:
            return {};
    }
}

Image apply_orientation(const Image& image, const Orientation& orientation) {
    Image out{image.width, image.height, {}};
    if (orientation.transpose) std::swap(out.width, out.height);
    out.rgb.resize(image.rgb.size());
    std::uint8_t* target = out.rgb.data();
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x, target += 3) {
            const int from_x = orientation.flip_x ? out.width - 1 - x : x;
            const int from_y = orientation.flip_y ? out.height - 1 - y : y;
            const std::uint8_t* source =
                orientation.transpose ? image.pixel(from_y, from_x) : image.pixel(from_x, from_y);
            std::memcpy(target, source, 3);
        }
    }
    return out;
}

}  // namespace univi::media
