#pragma once
// Inside of core/media only: holds FFmpeg.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/camera_source.h"
#include "core/media/frame_reader.h"
#include "core/media/jpeg_clip.h"
#include "core/media/network_stream.h"

namespace univi::media {

/// Milliseconds that rise with every frame, whatever the stream's own clock does: where it has
/// none, goes back or leaps, a frame follows the one before it by the usual distance.
class FrameClock {
  public:
    /// `leap_ms`: no two frames lie that far from one another.
    FrameClock(const VideoSource& source, std::int64_t leap_ms);
    /// Returns the frame's time since the first frame that it was asked about.
    std::int64_t ms_of(const AVFrame& frame);

  private:
    AVRational time_base_;
    std::int64_t leap_, step_;
    std::optional<std::int64_t> now_;
    std::int64_t shift_ = 0;  ///< from the stream's own time to ours
};

/// The frames of a stream behind an address, in milliseconds and turned as people see them. What is
/// no live stream but a video of some length comes as fast as it plays. A stream without a length
/// has no end of its own: one that breaks off is refused.
class StreamReader : public FrameReader {
  public:
    /// Throws Error{Media|Memory|Stopped}.
    StreamReader(const std::string& address, const CameraOptions& options,
                 const base::StopToken& stop);

    const AVFrame* next() override;
    AVRational time_base() const override { return kMilliseconds; }
    AVRational rate() const override;
    [[noreturn]] void refuse(const std::string& what) const override;

  private:
    using Clock = std::chrono::steady_clock;

    void feed();
    const AVFrame* give();
    void wait_until_due(std::int64_t ms);
    bool has_length() const { return network_.source().format->duration > 0; }

    base::StopToken stop_;
    NetworkStream network_;
    CodecHandle decoder_;
    FrameClock clock_;
    std::optional<Clock::time_point> begin_;  ///< when the first frame was given
    bool is_draining_ = false;
    FrameHandle frame_{av_frame_alloc()}, turned_;
    PacketHandle packet_{av_packet_alloc()};
};

}  // namespace univi::media
