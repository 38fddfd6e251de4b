#pragma once
// Inside of core/media only: holds FFmpeg.

#include <chrono>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/video_source.h"

namespace univi::media {

/// The one picture stream behind an address (http, https, rtsp). The same containers and codecs as
/// for files; no playlists; nothing but the network is opened. Waiting ends when nothing came for
/// `quiet` seconds, `longest` seconds after the beginning, and at once when a stop is asked for.
/// One thread.
class NetworkStream {
  public:
    using Seconds = std::chrono::duration<double>;
    static constexpr Seconds kForEver = std::chrono::hours(24 * 365 * 10);

    /// Throws Error{Media|Memory|Stopped}.
    NetworkStream(const std::string& address, Seconds quiet, Seconds longest,
                  const base::StopToken& stop);
    NetworkStream(const NetworkStream&) = delete;
    NetworkStream& operator=(const NetworkStream&) = delete;

    /// Reads the next packet of the pictures. Returns 0, AVERROR_EOF where the stream ended,
    /// AVERROR_EXIT where nothing came for too long, or FFmpeg's code of what broke it off. Throws
    /// Error{Stopped}.
    int read(AVPacket& packet);

    const VideoSource& source() const { return source_; }
    /// The address as it may be shown.
    const std::string& name() const { return name_; }
    /// Throws Error{Media}: the name and `what`.
    [[noreturn]] void refuse(const std::string& what) const;

  private:
    using Clock = std::chrono::steady_clock;

    static int ask(void* self);
    void renew();
    bool is_over() const { return stop_.stop_requested() || Clock::now() >= until_; }
    FormatHandle open(const std::string& address);
    [[noreturn]] void refuse_to_open(int code) const;

    std::string name_;
    base::StopToken stop_;
    Seconds quiet_;
    Clock::time_point until_, end_;  ///< now; whatever comes
    VideoSource source_;             // last: it asks what stands above until it is closed
};

}  // namespace univi::media
