#include "core/media/frame_converter.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/base/error.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

/// The deprecated yuvj formats are yuv with full range; swscale is told the range apart.
bool is_full_range(const AVFrame& frame) {
    if (frame.color_range == AVCOL_RANGE_JPEG) return true;
    switch (frame.format) {
        case AV_PIX_FMT_YUVJ420P:
        case AV_PIX_FMT_YUVJ422P:
        case AV_PIX_FMT_YUVJ444P:
        case AV_PIX_FMT_YUVJ440P:
        case AV_PIX_FMT_YUVJ411P:
            return true;
        default:
            return false;
    }
}

/// Unknown matrices count as BT.601, as FFmpeg's scale filter takes them.
int matrix_of(const AVFrame& frame) {
    const int space = frame.colorspace;
    return space < 1 || space > 10 || space == 8 ? SWS_CS_DEFAULT : space;
}

void prepare_target(FrameHandle& target, int width, int height) {
    if (target && target->width == width && target->height == height) return;
    target.reset(av_frame_alloc());
    if (!target) throw Error(ErrorKind::Memory, "not enough memory for a video frame");
    target->format = AV_PIX_FMT_RGB24;
    target->width = width;
    target->height = height;
    // Rows are padded: swscale's vector code writes past the last pixel of tight rows.
    if (av_frame_get_buffer(target.get(), 64) < 0) {
        throw Error(ErrorKind::Memory, "not enough memory for a video frame");
    }
}

Image copy_rows(const AVFrame& rgb) {
    Image image{rgb.width, rgb.height, {}};
    const std::size_t row_bytes = std::size_t(rgb.width) * 3;
    image.rgb.resize(row_bytes * std::size_t(rgb.height));
    for (int y = 0; y < rgb.height; ++y) {
        std::memcpy(image.rgb.data() + std::size_t(y) * row_bytes,
                    rgb.data[0] + std::ptrdiff_t(y) * rgb.linesize[0], row_bytes);
    }
    return image;
}

}  // namespace

Orientation orientation_from_display_matrix(const std::int32_t matrix[9]) {
    // Row vectors: x' = a*x + c*y, y' = b*x + d*y with a, b, c, d = matrix[0], [1], [3], [4].
    const std::int64_t a = matrix[0], b = matrix[1], c = matrix[3], d = matrix[4];
    if (std::abs(b) > std::abs(a)) return {true, c < 0, b < 0};
    return {false, a < 0, d < 0};
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

Image FrameConverter::convert(const AVFrame& frame, int width, int height) {
    scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height,
                                       static_cast<AVPixelFormat>(frame.format), width, height,
                                       AV_PIX_FMT_RGB24, SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (!scaler_) throw Error(ErrorKind::Media, "the pixel format of this file is not supported");
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(matrix_of(frame)),
                             is_full_range(frame), sws_getCoefficients(SWS_CS_DEFAULT), 1, 0,
                             1 << 16, 1 << 16);
    prepare_target(target_, width, height);
    sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, target_->data,
              target_->linesize);
    return copy_rows(*target_);
}

}  // namespace univi::media
