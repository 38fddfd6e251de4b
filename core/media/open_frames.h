#pragma once

#include <memory>

#include "core/base/stop_token.h"
#include "core/media/camera_source.h"
#include "core/media/frame_reader.h"

namespace univi::media {

/// Opens what `source` names: a camera, a screen, a stream. Throws
/// Error{Media|Usage|Memory|Stopped}.
std::unique_ptr<FrameReader> open_frames(const CameraSource& source, const CameraOptions& options,
                                         const base::StopToken& stop);

}  // namespace univi::media
