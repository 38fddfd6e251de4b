#pragma once
// Inside of core/media only: holds FFmpeg.

#include <memory>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/camera_source.h"
#include "core/media/frame_reader.h"

namespace univi::media {

/// The pictures that another program of this machine gives by PipeWire: a screen or a window that a
/// person shared through the desktop's portal. Ten a second, in milliseconds; one that has not
/// changed is given again. One thread, which does PipeWire's work inside of next().
class PipeWireReader : public FrameReader {
  public:
    /// The device is the number of the node; `source.descriptor` becomes the reader's own. Throws
    /// Error{Media|Usage}.
    PipeWireReader(const CameraSource& source, const CameraOptions& options,
                   const base::StopToken& stop);
    ~PipeWireReader() override;

    const AVFrame* next() override;
    AVRational time_base() const override;
    AVRational rate() const override;
    [[noreturn]] void refuse(const std::string& what) const override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::media
