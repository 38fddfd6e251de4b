#pragma once

#include <optional>

#include "core/media/display_colours.h"
#include "core/media/ffmpeg_handles.h"
#include "core/media/image.h"

namespace univi::media {

/// Decoded FFmpeg frames to RGB. For the reference by swscale with its default bicubic flags and
/// the frame's own colour matrix and range, as FFmpeg's scale filter (and so decord) does. For
/// people the same, but HDR and wide colours become sRGB (display_colours.h) and see-through parts
/// lie on white. Keeps its scaler between frames. One thread.
class FrameConverter {
  public:
    explicit FrameConverter(Reading reading = Reading::Reference) : reading_(reading) {}
    /// Every frame comes out as width x height, also when the stream changes its size in
    /// between. Throws Error{Media}.
    Image convert(const AVFrame& frame, int width, int height);

  private:
    Image convert_to_srgb(const AVFrame& frame, ColourSpace space, int width, int height);
    const AVFrame& scale(const AVFrame& frame, AVPixelFormat format, int width, int height,
                         int flags);

    Reading reading_;
    ScalerHandle scaler_;
    FrameHandle target_;
    std::optional<SrgbConverter> to_srgb_;
};

}  // namespace univi::media
