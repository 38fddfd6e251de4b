#include "core/media/shared_picture.h"

#include <cstring>
#include <iterator>
#include <limits>

#include "core/base/error.h"
#include "core/media/video_source.h"

namespace univi::media {

namespace {

constexpr std::int64_t kPixelBytes = 4;

/// Screens are not looked through: the fourth byte counts for nothing.
AVPixelFormat opaque(AVPixelFormat format) {
    if (format == AV_PIX_FMT_BGRA) return AV_PIX_FMT_BGR0;
    return format == AV_PIX_FMT_RGBA ? AV_PIX_FMT_RGB0 : format;
}

bool lies_within(const SharedPicture::Part& part, const SharedPicture& picture) {
    return part.x >= 0 && part.y >= 0 && part.width > 0 && part.height > 0 &&
           part.width <= picture.width - part.x && part.height <= picture.height - part.y;
}

FrameHandle empty_frame(AVPixelFormat format, const SharedPicture::Part& part) {
    FrameHandle frame(av_frame_alloc());
    if (frame) {
        frame->format = format;
        frame->width = part.width;
        frame->height = part.height;
    }
    if (!frame || av_frame_get_buffer(frame.get(), 0) < 0)
        throw base::Error(base::ErrorKind::Memory, "not enough memory for a picture of the screen");
    return frame;
}

}  // namespace

FrameHandle copy_of(const SharedPicture& picture) {
    if (picture.width < 1 || picture.height < 1 || picture.width > kMaxVideoPixels / picture.height)
        return nullptr;
    const std::int64_t row = picture.width * kPixelBytes;
    const std::int64_t stride = picture.stride != 0 ? picture.stride : row;
    // No row lies further than 2^31 bytes from the one before: nothing below leaves 64 bits.
    if (stride < row || stride > std::numeric_limits<std::int32_t>::max() ||
        (picture.height - 1) * stride + row > std::ssize(picture.bytes))
        return nullptr;
    const bool is_all = picture.part.width == 0 && picture.part.height == 0;
    const SharedPicture::Part part =
        is_all ? SharedPicture::Part{0, 0, picture.width, picture.height} : picture.part;
    if (!lies_within(part, picture)) return nullptr;
    FrameHandle frame = empty_frame(opaque(picture.format), part);
    for (int y = 0; y < part.height; ++y)
        std::memcpy(frame->data[0] + std::ptrdiff_t(y) * frame->linesize[0],
                    picture.bytes.data() + (part.y + y) * stride + part.x * kPixelBytes,
                    std::size_t(part.width * kPixelBytes));
    return frame;
}

}  // namespace univi::media
