#include "core/media/stream_reader.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include "core/base/error.h"
#include "core/media/ffmpeg_error.h"
#include "core/media/turned_frame.h"

namespace univi::media {

namespace {

constexpr std::int64_t kUsualStep = 40;  ///< ms
constexpr auto kBetweenLooks = std::chrono::milliseconds(20);

AVRational rate_of(const VideoSource& source) {
    return av_guess_frame_rate(source.format.get(), source.stream, nullptr);
}

}  // namespace

FrameClock::FrameClock(const VideoSource& source, std::int64_t leap_ms)
    : time_base_(source.stream->time_base), leap_(leap_ms) {
    const AVRational rate = rate_of(source);
    step_ = rate.num > 0 && rate.den > 0 ? av_rescale(1000, rate.den, rate.num) : kUsualStep;
    step_ = std::max<std::int64_t>(step_, 1);
}

std::int64_t FrameClock::ms_of(const AVFrame& frame) {
    const std::int64_t next = now_ ? *now_ + step_ : 0;
    if (frame.best_effort_timestamp == AV_NOPTS_VALUE) return *(now_ = next);
    const std::int64_t said = av_rescale_q(frame.best_effort_timestamp, time_base_, kMilliseconds);
    const bool goes_on = now_ && said + shift_ > *now_ && said + shift_ - *now_ < leap_;
    if (!goes_on) shift_ = next - said;
    return *(now_ = said + shift_);
}

StreamReader::StreamReader(const std::string& address, const CameraOptions& options,
                           const base::StopToken& stop)
    : stop_(stop),
      network_(address, NetworkStream::Seconds(options.patience_s), NetworkStream::kForEver, stop),
      // Threads for whole frames would hold back one each, of a slow camera for many seconds.
      decoder_(open_decoder(network_.source(), FF_THREAD_SLICE)),
      clock_(network_.source(), std::llround(options.patience_s * 1000)) {
    if (!frame_ || !packet_)
        throw base::Error(base::ErrorKind::Memory, "not enough memory to read " + network_.name());
}

const AVFrame* StreamReader::next() {
    while (true) {
        base::throw_if_stopped(stop_, "reading a stream");
        const int given = avcodec_receive_frame(decoder_.get(), frame_.get());
        if (given >= 0) return give();
        if (given == AVERROR_EOF || is_draining_) return nullptr;
        feed();
    }
}

AVRational StreamReader::rate() const {
    return rate_of(network_.source());
}

void StreamReader::refuse(const std::string& what) const {
    network_.refuse(what);
}

/// Gives the decoder the next packet, or tells it that a video is over. Packets that it refuses are
/// passed over: a stream is joined in the middle.
void StreamReader::feed() {
    const int code = network_.read(*packet_);
    if (code >= 0) {
        avcodec_send_packet(decoder_.get(), packet_.get());
        return;
    }
    if (code == AVERROR_EXIT) refuse("sends nothing any more; check the network and open it again");
    // FFmpeg's name for a connection that ends too early is "Input/output error".
    if (code == AVERROR(EIO) || (code == AVERROR_EOF && !has_length()))
        refuse("has ended or was cut off; open it again");
    if (code != AVERROR_EOF) refuse("broke off (" + reason_of(code) + "); open it again");
    is_draining_ = true;
    avcodec_send_packet(decoder_.get(), nullptr);
}

const AVFrame* StreamReader::give() {
    const std::int64_t ms = clock_.ms_of(*frame_);
    wait_until_due(ms);
    const int quarters = network_.source().reference_quarters;
    if (quarters != 0) turned_ = turned_frame(*frame_, quarters);
    AVFrame* given = quarters != 0 ? turned_.get() : frame_.get();
    given->best_effort_timestamp = ms;
    return given;
}

void StreamReader::wait_until_due(std::int64_t ms) {
    if (!has_length()) return;
    if (!begin_) begin_ = Clock::now();
    const auto due = *begin_ + std::chrono::milliseconds(ms);
    while (Clock::now() < due) {
        base::throw_if_stopped(stop_, "reading a stream");
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

}  // namespace univi::media
