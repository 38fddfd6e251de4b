#pragma once

#include "core/media/ffmpeg_handles.h"

namespace univi::media {

/// Returns the frame turned clockwise by 1, 2 or 3 quarters before its colours are converted, as
/// FFmpeg's transpose filter does: formats whose colour is coded coarser across than down become
/// 4:4:4 first. Throws Error{Media|Memory}.
FrameHandle turned_frame(const AVFrame& frame, int quarters);

}  // namespace univi::media
