#pragma once
// Inside of core/media only: holds FFmpeg.

#include <chrono>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/camera_source.h"
#include "core/media/ffmpeg_handles.h"

namespace univi::media {

/// Reads the frames of a camera, one after another. One thread.
class CameraReader {
  public:
    /// Opens the camera. Throws Error{Media|Usage|Memory}.
    CameraReader(const CameraSource& source, const CameraOptions& options,
                 const base::StopToken& stop);

    /// Returns the next frame, which lives until the one after it; null where the source ended.
    /// Throws Error{Media|Stopped}.
    const AVFrame* next();
    AVRational time_base() const { return stream_->time_base; }
    AVRational rate() const { return av_guess_frame_rate(format_.get(), stream_, nullptr); }
    /// Throws Error{Media}: "The camera X" and `what`.
    [[noreturn]] void refuse(const std::string& what) const;

  private:
    void open(const CameraOptions& options);
    int open_input(const AVInputFormat& input,
                   std::initializer_list<std::pair<const char*, std::string>> values);
    void open_decoder();

    CameraSource source_;
    std::chrono::duration<double> patience_;
    base::StopToken stop_;
    FormatHandle format_;
    AVStream* stream_ = nullptr;
    CodecHandle decoder_;
    FrameHandle frame_{av_frame_alloc()};
    PacketHandle packet_{av_packet_alloc()};
};

}  // namespace univi::media
