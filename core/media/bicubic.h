#pragma once

#include <cstdint>

#include "core/media/image.h"

namespace univi::media {

/// A picture lying on a larger canvas of one colour; the canvas itself is never allocated, so
/// a 1 x 60000 picture padded to a square costs no 3.6 gigapixels. With canvas = picture there
/// is no border.
struct Canvas {
    const Image* image = nullptr;
    int width = 0, height = 0;  ///< of the canvas
    int left = 0, top = 0;      ///< where the picture's first pixel lies
    std::uint8_t fill[3] = {0, 0, 0};
};

/// What to compute of the resized canvas: `width` x `height` pixels from (x, y) of a full size
/// `full_width` x `full_height`.
struct ResizeWindow {
    int full_width = 0, full_height = 0;
    int x = 0, y = 0, width = 0, height = 0;
};

/// Pillow's 8-bit BICUBIC resampler: antialiased, horizontal pass first, 22-bit fixed-point
/// coefficients. Only the window is computed; its pixels equal those of resizing everything.
Image resample_bicubic(const Canvas& canvas, const ResizeWindow& window);

}  // namespace univi::media
