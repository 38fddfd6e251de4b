#include "core/media/network_stream.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/media/ffmpeg_error.h"
#include "core/media/stream_address.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

constexpr char kProtocols[] = "http,https,httpproxy,tcp,tls,rtp,udp";
/// Beside what is read from files: a camera's stream, and JPEGs one after another.
constexpr char kStreamContainers[] = "rtsp,rtp,mpjpeg,";

}  // namespace

NetworkStream::NetworkStream(const std::string& address, Seconds quiet, Seconds longest,
                             const base::StopToken& stop)
    : name_(shown_address(address)),
      stop_(stop),
      quiet_(quiet),
      end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(longest)) {
    if (!is_stream_address(address)) refuse("is no address of a stream: use http, https or rtsp");
    av_log_set_level(AV_LOG_QUIET);
    renew();
    FormatHandle format = open(address);
    renew();
    try {
        source_ = VideoSource::of(std::move(format), name_);
    } catch (const Error& error) {
        base::throw_if_stopped(stop_, "opening a stream");
        if (error.kind() == ErrorKind::Media && is_over())
            refuse("sends nothing; check that the stream is running");
        throw;
    }
    renew();
}

int NetworkStream::read(AVPacket& packet) {
    while (true) {
        av_packet_unref(&packet);
        const int code = av_read_frame(source_.format.get(), &packet);
        base::throw_if_stopped(stop_, "reading a stream");
        if (code == AVERROR(EAGAIN) && !is_over()) continue;
        if (code < 0 && is_over()) return AVERROR_EXIT;
        // Containers take a broken connection for their end.
        const AVIOContext* bytes = source_.format->pb;
        if (code == AVERROR_EOF && bytes && bytes->error < 0) return bytes->error;
        if (code < 0) return code;
        renew();
        if (packet.stream_index == source_.stream->index) return 0;
    }
}

void NetworkStream::refuse(const std::string& what) const {
    throw Error(ErrorKind::Media, name_ + " " + what);
}

/// Whether FFmpeg's waiting for the network is to end.
int NetworkStream::ask(void* self) {
    return static_cast<const NetworkStream*>(self)->is_over() ? 1 : 0;
}

void NetworkStream::renew() {
    until_ = std::min(Clock::now() + std::chrono::duration_cast<Clock::duration>(quiet_), end_);
}

FormatHandle NetworkStream::open(const std::string& address) {
    FormatHandle format(avformat_alloc_context());
    if (!format) throw Error(ErrorKind::Memory, "not enough memory to open " + name_);
    format->interrupt_callback = {&NetworkStream::ask, this};
    DictHandle options =
        make_options({{"protocol_whitelist", kProtocols},
                      {"format_whitelist", std::string(kStreamContainers) + allowed_containers()},
                      {"codec_whitelist", allowed_codecs()},
                      {"enable_drefs", "0"},
                      {"rtsp_flags", "prefer_tcp"}});
    AVDictionary* raw_options = options.release();
    AVFormatContext* raw = format.release();  // freed by FFmpeg when it fails
    const int code = avformat_open_input(&raw, address.c_str(), nullptr, &raw_options);
    options.reset(raw_options);
    format.reset(raw);
    if (code < 0) refuse_to_open(code);
    // Its JPEGs carry no times: FFmpeg would count 25 a second, whatever the camera sends.
    if (std::string_view(format->iformat->name) == "mpjpeg")
        format->use_wallclock_as_timestamps = 1;
    return format;
}

void NetworkStream::refuse_to_open(int code) const {
    base::throw_if_stopped(stop_, "opening a stream");
    if (code == AVERROR(ENOMEM))
        throw Error(ErrorKind::Memory, "not enough memory to open " + name_);
    if (is_over()) refuse("does not answer; check the address and the network");
    refuse("cannot be opened as a video (" + reason_of(code) + "); check the address");
}

}  // namespace univi::media
