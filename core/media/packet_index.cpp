#include "core/media/packet_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>
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
        int result = av_read_frame(source_.format.get(), packet.get());
        for (; result >= 0; result = av_read_frame(source_.format.get(), packet.get())) {
            if (packet->stream_index == source_.stream->index) add(*packet);
            av_packet_unref(packet.get());
        }
        index_.is_cut = result != AVERROR_EOF;
        finish();
        count_missing();
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

    /// MP4 and MOV list every packet; edits may leave frames out of that list. AVI counts
    /// its frames, also such as were left out on purpose: that says something only where the
    /// file ends early.
    void count_missing() {
        const char* container = source_.format->iformat->name;
        const bool is_mp4 = std::strstr(container, "mp4") != nullptr;
        const bool is_short_avi = std::strcmp(container, "avi") == 0 && riff_ends_early();
        const bool is_short_mkv =
            std::strstr(container, "matroska") != nullptr && segment_ends_early();
        index_.is_cut = index_.is_cut || is_short_avi || is_short_mkv;
        std::int64_t listed = 0;
        if (is_mp4) listed = avformat_index_get_entries_count(source_.stream);
        if (is_short_avi) listed = source_.stream->nb_frames;
        if (listed > order_ && listed <= kMaxVideoFrames) {
            index_.frames_missing = static_cast<int>(listed - order_);
            index_.is_cut = true;
        } else if (index_.is_cut) {
            index_.frames_missing = missing_by_time();
        }
    }

    /// True when a RIFF file says that it is longer than it is.
    bool riff_ends_early() const {
        AVIOContext* file = source_.format->pb;
        if (avio_seek(file, 4, SEEK_SET) < 0) return false;
        return std::int64_t(avio_rl32(file)) + 8 > avio_size(file);
    }

    /// The same of Matroska: its segment's size stands near the beginning, unless it was written
    /// to a stream.
    bool segment_ends_early() const {
        AVIOContext* file = source_.format->pb;
        std::array<unsigned char, 4096> bytes{};
        if (avio_seek(file, 0, SEEK_SET) < 0) return false;
        const int count = avio_read(file, bytes.data(), int(bytes.size()));
        constexpr std::array<unsigned char, 4> kSegment{0x18, 0x53, 0x80, 0x67};
        const auto end = bytes.begin() + std::max(0, count);
        const auto found = std::search(bytes.begin(), end, kSegment.begin(), kSegment.end());
        const std::ptrdiff_t at = found - bytes.begin() + std::ssize(kSegment);
        if (found == end || at + 8 > count) return false;
        // The number of leading zero bits says how many bytes follow.
        const int length = std::countl_zero(bytes[std::size_t(at)]) + 1;
        if (length > 8) return false;
        std::uint64_t size = length == 8 ? 0 : bytes[std::size_t(at)] & (0xFFU >> length);
        for (int i = 1; i < length; ++i) size = size << 8 | bytes[std::size_t(at + i)];
        const bool is_unknown = size == (std::uint64_t{1} << 7 * length) - 1;
        return !is_unknown &&
               size > std::uint64_t(std::max<std::int64_t>(0, avio_size(file) - (at + length)));
    }

    /// Estimates the missing frames from the length that the container states and the rate of the
    /// frames that are there.
    int missing_by_time() const {
        const std::int64_t stated = source_.format->duration;
        const double there =
            double(index_.end_pts - index_.first_pts) * av_q2d(source_.stream->time_base);
        if (!index_.has_times || stated <= 0 || !(there > 0)) return 0;
        const double whole = double(stated) / AV_TIME_BASE;
        const double missing = index_.num_frames * (whole / there - 1);
        return missing >= 1 && missing < kMaxVideoFrames ? static_cast<int>(missing) : 0;
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

int PacketIndex::position_of(std::int64_t pts) const {
    const auto found =
        std::lower_bound(frames.begin(), frames.end(), pts,
                         [](const Frame& frame, std::int64_t value) { return frame.pts < value; });
    return static_cast<int>(found - frames.begin());
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
