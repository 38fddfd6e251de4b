#pragma once

#include <cstdint>

#include "core/media/image.h"

namespace univi::media {

/// How stored pixels are turned to be shown: transposed first, then mirrored.
struct Orientation {
    bool transpose = false, flip_x = false, flip_y = false;
    bool is_identity() const { return !transpose && !flip_x && !flip_y; }
    bool operator==(const Orientation&) const = default;
};

/// Returns which of the eight orientations a container's 3x3 display matrix asks for; other angles
/// are rounded to the nearest of them.
Orientation orientation_from_display_matrix(const std::int32_t matrix[9]);

/// Returns a turn clockwise, rounded to the nearest quarter. Not a number counts as 0.
Orientation orientation_from_degrees(double clockwise);

/// EXIF's and TIFF's tag 274, 1 to 8. Other values turn nothing.
Orientation orientation_from_tag(int tag);

/// Returns the picture turned; width and height change places when transposed.
Image apply_orientation(const Image& image, const Orientation& orientation);

}  // namespace univi::media
