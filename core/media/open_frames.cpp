#include "core/media/open_frames.h"

#include "core/media/camera_reader.h"
#include "core/media/pipewire_reader.h"
#include "core/media/stream_reader.h"

namespace univi::media {

std::unique_ptr<FrameReader> open_frames(const CameraSource& source, const CameraOptions& options,
                                         const base::StopToken& stop) {
    if (source.format == kStreamFormat)
        return std::make_unique<StreamReader>(source.device, options, stop);
    if (source.format == kSharedFormat)
        return std::make_unique<PipeWireReader>(source, options, stop);
    return std::make_unique<CameraReader>(source, options, stop);
}

}  // namespace univi::media
