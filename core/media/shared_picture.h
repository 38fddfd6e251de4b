#pragma once
// Inside of core/media only: holds FFmpeg.

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/media/ffmpeg_handles.h"

namespace univi::media {

/// A picture in memory that another program shares: rows of four bytes a pixel.
struct SharedPicture {
    AVPixelFormat format = AV_PIX_FMT_BGR0;  ///< BGR0, RGB0, BGRA or RGBA
    int width = 0, height = 0;
    std::ptrdiff_t stride = 0;            ///< bytes from row to row; 0: no gap between them
    std::span<const std::uint8_t> bytes;  ///< from the first row's beginning on
    struct Part {
        int x = 0, y = 0, width = 0, height = 0;
    } part = {};  ///< the part that shows something; empty: all of it
};

/// Returns a copy of the part that shows something, without what is see-through. Null where the
/// numbers contradict one another, as another program may send them. Throws Error{Memory}.
FrameHandle copy_of(const SharedPicture& picture);

}  // namespace univi::media
