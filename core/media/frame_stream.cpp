#include "core/media/frame_stream.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include "core/base/error.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

// Reading past fewer packets than this is cheaper than a seek.
constexpr int kPacketsWorthASeek = 64;

/// H.264 says in each packet whether other frames refer to it. Only where one packet is one whole
/// frame: in MPEG streams a second field may come in a packet of its own.
bool marks_unneeded_frames(const VideoSource& source) {
    const AVCodecParameters& codec = *source.stream->codecpar;
    const char* container = source.format->iformat->name;
    const bool has_whole_frames =
        std::strstr(container, "mp4") || std::strstr(container, "matroska");
    return codec.codec_id == AV_CODEC_ID_H264 && codec.field_order == AV_FIELD_PROGRESSIVE &&
           has_whole_frames;
}

/// Codecs without packets that are never shown, in which a frame missing before the first one says
/// that it could not be decoded.
bool shows_every_packet(const AVCodecParameters& codec) {
    switch (codec.codec_id) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_HEVC:
        case AV_CODEC_ID_MPEG4:
        case AV_CODEC_ID_MPEG2VIDEO:
            return true;
        default:
            return false;
    }
}

}  // namespace

FrameStream::FrameStream(std::filesystem::path path)
    : path_(std::move(path)),
      source_(VideoSource::open(path_)),
      packet_(av_packet_alloc()),
      frame_(av_frame_alloc()) {
    if (!packet_ || !frame_)
        throw Error(ErrorKind::Memory, "not enough memory to read " + source_.name);
    index_ = PacketIndex::scan(source_);
    decoder_ = open_decoder(source_);
    can_skip_unneeded_ = index_.has_times && marks_unneeded_frames(source_);
    needs_reference_frames_ = shows_every_packet(*source_.stream->codecpar);
    restart();
}

void FrameStream::set_wanted(const std::vector<int>& positions) {
    wanted_pts_.clear();
    if (!index_.has_times) return;
    for (const int position : positions)
        wanted_pts_.push_back(index_.frames.at(std::size_t(position)).pts);
}

const AVFrame* FrameStream::frame_at(int position, const base::StopToken& stop) {
    const bool is_there = index_.has_times
                              ? advance_to_time(index_.frames.at(std::size_t(position)).pts, stop)
                              : advance_to_count(position, stop);
    return is_there ? frame_.get() : nullptr;
}

double FrameStream::time_s() const {
    if (!index_.has_times || !has_frame_) return -1;
    return double(current_pts() - index_.first_pts) * av_q2d(source_.stream->time_base);
}

int FrameStream::position() const {
    return index_.has_times ? index_.position_of(current_pts()) : decoded_ - 1;
}

void FrameStream::finish(const base::StopToken& stop) {
    if (!has_errors_) return;
    takes_shortcuts_ = false;
    while (decode_next(stop)) {
    }
}

int FrameStream::frames_lost() const {
    const int undecoded =
        index_.has_times ? static_cast<int>(due_.size()) : std::max(0, sent_ - decoded_);
    return index_.frames_missing + (has_errors_ ? undecoded : 0);
}

bool FrameStream::advance_to_time(std::int64_t pts, const base::StopToken& stop) {
    const bool is_reached = has_frame_ && current_pts() >= pts;
    if (takes_shortcuts_ && !is_reached) jump_before(pts);
    while (!has_frame_ || current_pts() < pts) {
        if (!decode_next(stop)) break;
    }
    const bool is_exact = has_frame_ && current_pts() == pts;
    if (is_exact || !took_shortcut_) return has_frame_;
    // Invisible frames, key frames that are none, gradual refresh: no shortcuts for this file.
    takes_shortcuts_ = false;
    restart();
    return advance_to_time(pts, stop);
}

bool FrameStream::advance_to_count(int position, const base::StopToken& stop) {
    while (decoded_ <= position) {
        if (!decode_next(stop)) return false;
    }
    return has_frame_;
}

void FrameStream::jump_before(std::int64_t pts) {
    const PacketIndex::Key* key = index_.key_before(pts);
    if (!key || key->order <= next_order_ || key->order <= feed_from_) return;
    if (key->order - next_order_ >= kPacketsWorthASeek && !seek_to(*key)) restart();
    // What the decoder still holds is shown before the key frame.
    avcodec_flush_buffers(decoder_.get());
    due_.clear();
    feed_from_ = key->order;
    has_frame_ = is_draining_ = false;
    took_shortcut_ = true;
}

/// False when the container landed behind the key frame or at a packet that the scan did not see.
bool FrameStream::seek_to(const PacketIndex::Key& key) {
    AVFormatContext* format = source_.format.get();
    if (av_seek_frame(format, source_.stream->index, key.pts, AVSEEK_FLAG_BACKWARD) < 0)
        return false;
    has_packet_ = false;
    if (!read_packet()) return false;
    const std::optional<int> order = index_.order_of(packet_->pts);
    if (!order || *order > key.order || *order < next_order_) return false;
    next_order_ = *order;
    has_packet_ = true;
    return true;
}

void FrameStream::restart() {
    // Opened anew: containers without an index cannot be relied on to seek to their beginning.
    source_ = VideoSource::open(path_);
    avcodec_flush_buffers(decoder_.get());
    has_frame_ = is_draining_ = has_packet_ = took_shortcut_ = has_errors_ = false;
    next_order_ = feed_from_ = decoded_ = sent_ = 0;
    due_.clear();
}

bool FrameStream::decode_next(const base::StopToken& stop) {
    // A damaged stream may report an error for every frame in flight while draining, never more.
    int errors_while_draining = 0;
    while (errors_while_draining < 1000) {
        base::throw_if_stopped(stop, "reading a video");
        const int result = avcodec_receive_frame(decoder_.get(), frame_.get());
        if (result == AVERROR_EOF) break;
        if (result >= 0) {
            take_note_of_frame();
            has_frame_ = !index_.has_times || current_pts() != AV_NOPTS_VALUE;
            if (has_frame_) return true;
        } else {
            has_errors_ = has_errors_ || result != AVERROR(EAGAIN);
            if (is_draining_)
                ++errors_while_draining;
            else
                feed();
        }
    }
    has_frame_ = false;
    return false;
}

/// Gives the decoder one more packet, or tells it that there are none. Packets it cannot decode
/// are passed over.
void FrameStream::feed() {
    do {
        if (!read_packet()) {
            is_draining_ = true;
            avcodec_send_packet(decoder_.get(), nullptr);
            return;
        }
        has_packet_ = false;
    } while (next_order_++ < feed_from_);
    // Where something is damaged everything is decoded, to learn how much.
    takes_shortcuts_ = takes_shortcuts_ && !has_errors_;
    if (can_skip_unneeded_ && takes_shortcuts_) {
        const bool is_wanted =
            std::binary_search(wanted_pts_.begin(), wanted_pts_.end(), packet_->pts);
        decoder_->skip_frame = is_wanted ? AVDISCARD_DEFAULT : AVDISCARD_NONREF;
        took_shortcut_ = took_shortcut_ || !is_wanted;
    } else {
        decoder_->skip_frame = AVDISCARD_DEFAULT;
    }
    send_packet();
}

void FrameStream::send_packet() {
    const bool is_shown = !(packet_->flags & AV_PKT_FLAG_DISCARD);
    if (is_shown) ++sent_;
    if (is_shown && decoder_->skip_frame == AVDISCARD_DEFAULT && packet_->pts != AV_NOPTS_VALUE)
        due_.insert(packet_->pts);
    const int result = avcodec_send_packet(decoder_.get(), packet_.get());
    const bool is_refused = result < 0 && result != AVERROR(EAGAIN) && result != AVERROR_EOF;
    has_errors_ = has_errors_ || is_refused || (packet_->flags & AV_PKT_FLAG_CORRUPT);
}

void FrameStream::take_note_of_frame() {
    // A stream that was cut out of another begins with frames that need one before; some are usual.
    constexpr std::size_t kUsualAtTheBeginning = 3;
    const bool is_patched =
        frame_->decode_error_flags != 0 || (frame_->flags & AV_FRAME_FLAG_CORRUPT) != 0;
    has_errors_ = has_errors_ || is_patched;
    if (!is_patched) due_.erase(current_pts());
    if (decoded_++ > 0 || took_shortcut_ || !needs_reference_frames_) return;
    const auto earlier = std::distance(due_.begin(), due_.lower_bound(current_pts()));
    has_errors_ = has_errors_ || std::size_t(earlier) > kUsualAtTheBeginning;
}

/// The stream's next packet into packet_; the one a seek looked at counts as unread.
bool FrameStream::read_packet() {
    if (has_packet_) return true;
    do {
        av_packet_unref(packet_.get());
        if (av_read_frame(source_.format.get(), packet_.get()) < 0) return false;
    } while (packet_->stream_index != source_.stream->index);
    return true;
}

std::int64_t FrameStream::current_pts() const {
    return frame_->pts != AV_NOPTS_VALUE ? frame_->pts : frame_->best_effort_timestamp;
}

}  // namespace univi::media
