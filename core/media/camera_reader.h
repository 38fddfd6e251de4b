#pragma once
// Inside of core/media only: holds FFmpeg.

#include <chrono>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/camera_source.h"
#include "core/media/frame_reader.h"

namespace univi::media {

/// The frames of a camera or of a screen of X11.
class CameraReader : public FrameReader {
  public:
    /// Opens the camera. Throws Error{Media|Usage|Memory}.
    CameraReader(const CameraSource& source, const CameraOptions& options,
                 const base::StopToken& stop);

    const AVFrame* next() override;
    AVRational time_base() const override { return stream_->time_base; }
    AVRational rate() const override {
        return av_guess_frame_rate(format_.get(), stream_, nullptr);
    }
    [[noreturn]] void refuse(const std::string& what) const override;

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
