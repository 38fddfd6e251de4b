#include "core/media/turned_frame.h"

#include <cstring>

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

#include "core/base/error.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

FrameHandle make_frame(AVPixelFormat format, int width, int height) {
    FrameHandle frame(av_frame_alloc());
    if (frame) {
        frame->format = format;
        frame->width = width;
        frame->height = height;
    }
    if (!frame || av_frame_get_buffer(frame.get(), 64) < 0)
        throw Error(ErrorKind::Memory, "not enough memory for a video frame");
    return frame;
}

/// The format that a frame is turned in: its own where colour is coded as coarse across as down.
AVPixelFormat turning_format(const AVFrame& frame) {
    const auto own = static_cast<AVPixelFormat>(frame.format);
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(own);
    if (!format) throw Error(ErrorKind::Media, "the pixel format of this file is not supported");
    constexpr std::uint64_t kUnfit =
        AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM;
    if (!(format->flags & kUnfit) && format->log2_chroma_w == format->log2_chroma_h) return own;
    if (format->flags & (kUnfit | AV_PIX_FMT_FLAG_RGB)) return AV_PIX_FMT_RGB24;
    const int depth = format->comp[0].depth;
    if (depth <= 8) {
        const bool is_full =
            own == AV_PIX_FMT_YUVJ422P || own == AV_PIX_FMT_YUVJ440P || own == AV_PIX_FMT_YUVJ411P;
        return is_full ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUV444P;
    }
    return depth <= 10   ? AV_PIX_FMT_YUV444P10
           : depth <= 12 ? AV_PIX_FMT_YUV444P12
                         : AV_PIX_FMT_YUV444P16;
}

/// The same colours, matrix and range in another format.
FrameHandle in_format(const AVFrame& frame, AVPixelFormat format) {
    FrameHandle out = make_frame(format, frame.width, frame.height);
    const ScalerHandle scaler(
        sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format),
                       frame.width, frame.height, format, SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (!scaler) throw Error(ErrorKind::Media, "the pixel format of this file is not supported");
    sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, out->data, out->linesize);
    return out;
}

struct Plane {
    const std::uint8_t* data;
    std::ptrdiff_t stride;
    int width, height;
};

/// Turns one plane whose samples take `step` bytes.
void turn_plane(const Plane& from, std::uint8_t* to, std::ptrdiff_t to_stride, int step,
                int quarters) {
    const int width = quarters % 2 ? from.height : from.width;
    const int height = quarters % 2 ? from.width : from.height;
    for (int y = 0; y < height; ++y) {
        std::uint8_t* target = to + y * to_stride;
        for (int x = 0; x < width; ++x, target += step) {
            const int from_x = quarters == 1 ? y : quarters == 2 ? width - 1 - x : height - 1 - y;
            const int from_y = quarters == 1 ? width - 1 - x : quarters == 2 ? height - 1 - y : x;
            std::memcpy(target, from.data + from_y * from.stride + std::ptrdiff_t(from_x) * step,
                        std::size_t(step));
        }
    }
}

}  // namespace

FrameHandle turned_frame(const AVFrame& frame, int quarters) {
    const AVPixelFormat format = turning_format(frame);
    const FrameHandle converted = format == frame.format ? nullptr : in_format(frame, format);
    const AVFrame& source = converted ? *converted : frame;
    const bool is_quarter = quarters % 2 != 0;
    FrameHandle out = make_frame(format, is_quarter ? frame.height : frame.width,
                                 is_quarter ? frame.width : frame.height);
    av_frame_copy_props(out.get(), &frame);
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    int steps[4] = {};
    av_image_fill_max_pixsteps(steps, nullptr, description);
    for (int p = 0; p < av_pix_fmt_count_planes(format); ++p) {
        const int shift = p == 1 || p == 2 ? description->log2_chroma_w : 0;
        turn_plane({source.data[p], source.linesize[p], AV_CEIL_RSHIFT(source.width, shift),
                    AV_CEIL_RSHIFT(source.height, shift)},
                   out->data[p], out->linesize[p], steps[p], quarters);
    }
    return out;
}

}  // namespace univi::media
