#include "core/media/packet_index.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"

namespace univi::media {

namespace {

using base::Error;
using base::ErrorKind;

// Stamps nearer to the ends of the number range would wrap in sums and differences.
constexpr std::int64_t kFar = std::int64_t{1} << 60;

/// Codecs whose key frame marks mean that decoding may begin there. Others (GIF, screen codecs)
/// mark every packet.
bool has_trustworthy_keys(AVCodecID id) {
    switch (id) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_HEVC:
        case AV_CODEC_ID_VP8:
        case AV_CODEC_ID_VP9:
        case AV_CODEC_ID_AV1:
        case AV_CODEC_ID_MPEG1VIDEO:
        case AV_CODEC_ID_MPEG2VIDEO:
        case AV_CODEC_ID_MPEG4:
        case AV_CODEC_ID_MJPEG:
        case AV_CODEC_ID_PRORES:
        case AV_CODEC_ID_DNXHD:
        case AV_CODEC_ID_DVVIDEO:
        case AV_CODEC_ID_THEORA:
        case AV_CODEC_ID_FLV1:
        case AV_CODEC_ID_H263:
            return true;
        default:
            return false;
    }
}

class Scanner {
  public:
    explicit Scanner(const VideoSource& source) : source_(source) {}

    PacketIndex run() {
        const PacketHandle packet(av_packet_alloc());
        if (!packet) throw Error(ErrorKind::Memory, "not enough memory to read " + source_.name);
        while (av_read_frame(source_.format.get(), packet.get()) >= 0) {
            if (packet->stream_index == source_.stream->index) add(*packet);
            av_packet_unref(packet.get());
        }
        finish();
        return std::move(index_);
    }

  private:
    void add(const AVPacket& packet) {
        // Packets that an edit list hides are decoded for the others' sake but never shown.
        const bool is_shown = !(packet.flags & AV_PKT_FLAG_DISCARD);
        times_are_sound_ = times_are_sound_ && packet.pts != AV_NOPTS_VALUE && !jumps_back(packet);
        if (is_shown) index_.frames.push_back({packet.pts, order_});
        if (packet.flags & AV_PKT_FLAG_KEY) index_.keys.push_back({packet.pts, order_});
        if (is_shown && packet.pts != AV_NOPTS_VALUE && packet.pts >= last_pts_ &&
            packet.pts < kFar) {
            last_pts_ = packet.pts;
            index_.end_pts =
                packet.pts + std::clamp<std::int64_t>(packet.duration, 0, std::int64_t{1} << 40);
        }
        if (++order_ > kMaxVideoFrames) {
            throw Error(ErrorKind::Media, source_.name + " has more than " +
                                              std::to_string(kMaxVideoFrames) +
                                              " frames; cut it into parts");
        }
    }

    /// Recordings glued together start their clock again.
    bool jumps_back(const AVPacket& packet) {
        if (packet.dts == AV_NOPTS_VALUE) return false;
        const bool is_back = last_dts_ != AV_NOPTS_VALUE && packet.dts < last_dts_;
        last_dts_ = packet.dts;
        return is_back;
    }

    void finish() {
        auto& frames = index_.frames;
        index_.num_frames = static_cast<int>(frames.size());
        if (frames.empty()) {
            throw Error(ErrorKind::Media,
                        source_.name + " has no frames; record or download it again");
        }
        std::stable_sort(frames.begin(), frames.end(),
                         [](const auto& a, const auto& b) { return a.pts < b.pts; });
        const auto twice =
            std::adjacent_find(frames.begin(), frames.end(),
                               [](const auto& a, const auto& b) { return a.pts == b.pts; });
        const bool is_near = frames.front().pts > -kFar && frames.back().pts < kFar;
        index_.has_times = times_are_sound_ && is_near && twice == frames.end();
        index_.first_pts = index_.has_times ? frames.front().pts : 0;
        if (!index_.has_times || !has_trustworthy_keys(source_.stream->codecpar->codec_id))
            index_.keys.clear();
    }

    const VideoSource& source_;
    PacketIndex index_;
    int order_ = 0;
    bool times_are_sound_ = true;
    std::int64_t last_dts_ = AV_NOPTS_VALUE, last_pts_ = INT64_MIN;
};

}  // namespace

std::optional<int> PacketIndex::order_of(std::int64_t pts) const {
    const auto found =
        std::lower_bound(frames.begin(), frames.end(), pts,
                         [](const Frame& frame, std::int64_t value) { return frame.pts < value; });
    if (found == frames.end() || found->pts != pts) return std::nullopt;
    return found->order;
}

const PacketIndex::Key* PacketIndex::key_before(std::int64_t pts) const {
    const Key* best = nullptr;
    for (const Key& key : keys) {
        if (key.pts <= pts && (!best || key.pts > best->pts)) best = &key;
    }
    return best;
}

PacketIndex PacketIndex::scan(const VideoSource& source) {
    return Scanner(source).run();
}

}  // namespace univi::media
