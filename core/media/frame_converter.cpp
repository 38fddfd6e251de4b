#include "core/media/frame_converter.h"

#include <cstring>
#include <vector>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "core/base/error.h"
#include "core/media/transparency.h"

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

void prepare_target(FrameHandle& target, AVPixelFormat format, int width, int height) {
    const bool is_ready =
        target && target->width == width && target->height == height && target->format == format;
    if (is_ready) return;
    target.reset(av_frame_alloc());
    if (!target) throw Error(ErrorKind::Memory, "not enough memory for a video frame");
    target->format = format;
    target->width = width;
    target->height = height;
    // Rows are padded: swscale's vector code writes past the last pixel of tight rows.
    if (av_frame_get_buffer(target.get(), 64) < 0) {
        throw Error(ErrorKind::Memory, "not enough memory for a video frame");
    }
}

std::vector<std::uint8_t> copy_rows(const AVFrame& pixels, std::size_t bytes_a_pixel) {
    const std::size_t row_bytes = std::size_t(pixels.width) * bytes_a_pixel;
    std::vector<std::uint8_t> bytes(row_bytes * std::size_t(pixels.height));
    for (int y = 0; y < pixels.height; ++y) {
        std::memcpy(bytes.data() + std::size_t(y) * row_bytes,
                    pixels.data[0] + std::ptrdiff_t(y) * pixels.linesize[0], row_bytes);
    }
    return bytes;
}

bool has_alpha(const AVFrame& frame) {
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(AVPixelFormat(frame.format));
    return format && (format->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL));
}

}  // namespace

Image FrameConverter::convert(const AVFrame& frame, int width, int height) {
    if (reading_ == Reading::People) {
        const ColourSpace space = colour_space(frame.color_trc, frame.color_primaries);
        if (!space.is_srgb()) return convert_to_srgb(frame, space, width, height);
        if (has_alpha(frame)) {
            const AVFrame& rgba = scale(frame, AV_PIX_FMT_RGBA, width, height, SWS_BICUBIC);
            return flatten_on_white(width, height, copy_rows(rgba, 4));
        }
    }
    const AVFrame& rgb = scale(frame, AV_PIX_FMT_RGB24, width, height, SWS_BICUBIC);
    return {width, height, copy_rows(rgb, 3)};
}

/// Converts with 16 bits a channel, so that dark HDR colours keep their steps.
Image FrameConverter::convert_to_srgb(const AVFrame& frame, ColourSpace space, int width,
                                      int height) {
    if (!to_srgb_ || !(to_srgb_->space() == space)) to_srgb_.emplace(space);
    const AVFrame& wide = scale(frame, AV_PIX_FMT_RGB48, width, height,
                                SWS_BICUBIC | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND);
    Image image{width, height, {}};
    image.rgb.resize(std::size_t(width) * height * 3);
    for (int y = 0; y < height; ++y)
        to_srgb_->convert(reinterpret_cast<const std::uint16_t*>(
                              wide.data[0] + std::ptrdiff_t(y) * wide.linesize[0]),
                          std::size_t(width), image.rgb.data() + std::size_t(y) * width * 3);
    return image;
}

const AVFrame& FrameConverter::scale(const AVFrame& frame, AVPixelFormat format, int width,
                                     int height, int flags) {
    scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height,
                                       static_cast<AVPixelFormat>(frame.format), width, height,
                                       format, flags, nullptr, nullptr, nullptr));
    if (!scaler_) throw Error(ErrorKind::Media, "the pixel format of this file is not supported");
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(matrix_of(frame)),
                             is_full_range(frame), sws_getCoefficients(SWS_CS_DEFAULT), 1, 0,
                             1 << 16, 1 << 16);
    prepare_target(target_, format, width, height);
    sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, target_->data,
              target_->linesize);
    return *target_;
}

}  // namespace univi::media
