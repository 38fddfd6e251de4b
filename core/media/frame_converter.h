#pragma once

#include <cstdint>

#include "core/media/ffmpeg_handles.h"
#include "core/media/image.h"

namespace univi::media {

/// How stored pixels are turned to be shown: transposed first, then mirrored.
struct Orientation {
    bool transpose = false, flip_x = false, flip_y = false;
    bool is_identity() const { return !transpose && !flip_x && !flip_y; }
};

/// The eight orientations a container's 3x3 display matrix can ask for; other angles are rounded to
/// the nearest of them.
Orientation orientation_from_display_matrix(const std::int32_t matrix[9]);

/// The picture turned; width and height change places when transposed.
Image apply_orientation(const Image& image, const Orientation& orientation);

/// Decoded FFmpeg frames to RGB, by swscale with its default bicubic flags and the frame's own
/// colour matrix and range, as FFmpeg's scale filter (and so decord) does. Keeps its scaler between
/// frames. One thread.
class FrameConverter {
  public:
    /// Every frame comes out as width x height, also when the stream changes its size in between.
    /// Throws Error{Media}.
    Image convert(const AVFrame& frame, int width, int height);

  private:
    ScalerHandle scaler_;
    FrameHandle target_;
};

}  // namespace univi::media
