#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/media/video_source.h"

namespace univi::media {

/// What a scan over all packets of the picture stream says, without decoding: how many frames, when
/// each is shown, and where decoding may begin. Times in units of the stream's time base.
struct PacketIndex {
    struct Frame {
        std::int64_t pts = 0;
        int order = 0;  ///< number of its packet in the file, which is decoding order
    };
    struct Key {
        std::int64_t pts = 0;
        int order = 0;
    };

    std::vector<Frame> frames;  ///< in presentation order; empty times (count only) when !has_times
    /// in the order of the file; empty when decoding may not begin in between
    std::vector<Key> keys;
    int num_frames = 0;
    bool has_times = false;  ///< false: stamps missing, double or jumping; frames are then counted
                             ///< as they come out
    std::int64_t first_pts = 0, end_pts = 0;  ///< end: last frame's stamp and its duration
    int frames_missing = 0;  ///< frames that the file says it has, behind where reading ended
    bool is_cut = false;     ///< reading ended in an error or before the file's own end

    /// Packet number of the frame shown at `pts`.
    std::optional<int> order_of(std::int64_t pts) const;
    /// Position of the frame shown at `pts`, or of the first one after it.
    int position_of(std::int64_t pts) const;
    /// Last key frame shown at or before `pts`; nullptr when there is none.
    const Key* key_before(std::int64_t pts) const;

    /// Reads the whole file once. Throws Error{Media} for no frames and more than kMaxVideoFrames.
    static PacketIndex scan(const VideoSource& source);
};

}  // namespace univi::media
