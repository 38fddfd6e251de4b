#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <vector>

#include "core/base/stop_token.h"
#include "core/media/packet_index.h"
#include "core/media/video_source.h"

namespace univi::media {

/// Decodes chosen frames of one video, going forward. Between two wanted frames it jumps to the key
/// frame before the next one, and skips frames that no other frame needs. Both are shortcuts only:
/// when a wanted frame does not come out exactly, the stream starts again and decodes everything,
/// so results never depend on them. One thread.
class FrameStream {
  public:
    /// Throws Error{Media}.
    explicit FrameStream(std::filesystem::path path);

    const VideoSource& source() const { return source_; }
    const PacketIndex& index() const { return index_; }

    /// The positions that will be asked for, ascending.
    void set_wanted(const std::vector<int>& positions);

    /// Decoded frame at a position in presentation order, or the first one after it that
    /// can be decoded; valid until the next call. nullptr at the end. Positions must not
    /// fall. Throws Error{Stopped}.
    const AVFrame* frame_at(int position, const base::StopToken& stop);

    /// Seconds from the first frame of the video to the frame that frame_at gave last; < 0 when the
    /// file has no times.
    double time_s() const;

    /// Position of the frame that frame_at gave last; not the one asked for where that one could
    /// not be decoded.
    int position() const;

    /// Returns true once something showed that the file is damaged: a packet that the decoder
    /// refused, a frame that it marked, frames missing at the beginning or behind the end.
    bool is_damaged() const { return has_errors_ || index_.is_cut; }
    /// Decodes what is left where the file is damaged, to learn how much is. Throws Error{Stopped}.
    void finish(const base::StopToken& stop);
    /// Frames that could not be read, of those that were tried; frames that shortcuts passed over
    /// before the damage count as good. Final after `finish`; 0 unless is_damaged().
    int frames_lost() const;

    /// Decodes everything from now on.
    void disable_shortcuts() { takes_shortcuts_ = false; }

  private:
    bool advance_to_time(std::int64_t pts, const base::StopToken& stop);
    bool advance_to_count(int position, const base::StopToken& stop);
    void jump_before(std::int64_t pts);
    bool seek_to(const PacketIndex::Key& key);
    void restart();
    bool decode_next(const base::StopToken& stop);
    void feed();
    void send_packet();
    void take_note_of_frame();
    bool read_packet();
    std::int64_t current_pts() const;

    std::filesystem::path path_;
    VideoSource source_;
    PacketIndex index_;
    CodecHandle decoder_;
    PacketHandle packet_;
    FrameHandle frame_;
    std::vector<std::int64_t> wanted_pts_;  ///< ascending
    bool can_skip_unneeded_ = false;        ///< the codec marks frames that no other needs
    bool takes_shortcuts_ = true;
    bool has_frame_ = false, is_draining_ = false, has_packet_ = false;
    bool took_shortcut_ = false;  ///< since the last restart
    int next_order_ = 0;          ///< number of the packet read next
    int feed_from_ = 0;           ///< packets before this number are not decoded
    int decoded_ = 0;             ///< frames that came out since the last restart
    int sent_ = 0;                ///< shown packets given to the decoder since the last restart
    bool has_errors_ = false;
    bool needs_reference_frames_ = false;  ///< frames missing before the first one are damage
    std::set<std::int64_t> due_;  ///< stamps of frames given to the decoder that did not come out
};

}  // namespace univi::media
