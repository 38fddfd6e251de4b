#pragma once
// Inside of core/media only: holds FFmpeg.

#include <cstdint>
#include <filesystem>

#include "core/base/temporary_folder.h"
#include "core/media/ffmpeg_handles.h"

namespace univi::media {

/// What the times of a clip count.
inline constexpr AVRational kMilliseconds{1, 1000};

/// Makes JPEGs of frames, all of one size. One thread.
class JpegEncoder {
  public:
    /// An odd side loses its last line. Throws Error{Media} for a size that is no picture's.
    JpegEncoder(int width, int height);

    /// Returns a JPEG of the frame, scaled where its size is another. Throws Error{Media}.
    PacketHandle encode(const AVFrame& frame);
    const AVCodecContext& context() const { return *encoder_; }

  private:
    CodecHandle encoder_;
    ScalerHandle scaler_;
    FrameHandle picture_{av_frame_alloc()};
};

/// Writes a Matroska file whose every picture is a JPEG. It lies in a temporary folder beside the
/// file until finish(); without that nothing is left. Throws Error{File} from every function.
class JpegClip {
  public:
    /// `rate` is the pictures a second as the file says them.
    JpegClip(const std::filesystem::path& file, const JpegEncoder& encoder, AVRational rate);

    /// Adds a picture, `ms` after the clip's beginning; they must rise.
    void write(const AVPacket& jpeg, std::int64_t ms);
    void finish();
    std::int64_t last_ms() const { return last_ms_; }

  private:
    std::filesystem::path file_;
    base::TemporaryFolder folder_;
    std::filesystem::path part_;
    OutputFormatHandle output_;  // closed before its folder is removed
    PacketHandle packet_{av_packet_alloc()};
    std::int64_t last_ms_ = -1;
};

}  // namespace univi::media
