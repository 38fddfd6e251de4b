#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/base/clip_range.h"
#include "core/base/json.h"

namespace univi::protocol {

/// One merging stage over one picture, frame or event. N = patches (of the picture/frame, or
/// frames*patches of an event).
struct StageGroups {
    /// [N] original patch -> group; row-major in the grid, frame after frame for an event
    std::vector<int> patch_to_group;
    std::vector<int> sizes;  ///< [m] patches in each group
    /// [m] index of each centre among this stage's input tokens, best score first
    std::vector<int> centers;
    std::vector<int> center_patches;  ///< [m] an original patch that stands for the centre
    std::vector<float> density;       ///< [input tokens] rho
    std::vector<float> distance;      ///< [input tokens] delta
    bool operator==(const StageGroups&) const = default;
};

struct FrameGroups {
    int frame_index = 0;  ///< position in the video stream; 0 for a picture
    double time_s = 0;
    std::string picture;  ///< file of the frame as shown (cache folder) or the picture itself
    std::array<StageGroups, 3> stages;
    bool operator==(const FrameGroups&) const = default;
};

/// An event of a video: a run of similar frames.
struct EventGroups {
    std::vector<int> frames;  ///< positions in TokenGroups::frames, in time order
    std::array<StageGroups, 3> stages;
    bool operator==(const EventGroups&) const = default;
};

/// Everything that the pictures of token groups are drawn from, for one medium of a conversation.
struct TokenGroups {
    int medium = 0;       ///< index in the conversation
    std::string source;   ///< the file the user gave
    std::string model{};  ///< the name of the model that they are of; empty: not told
    bool is_video = false;
    int grid = 16;                              ///< patches a side
    int picture_width = 0, picture_height = 0;  ///< as stored in FrameGroups::picture
    /// x, y, w, h of the patch grid in picture pixels (may reach outside when padded)
    std::array<double, 4> crop{};
    std::vector<FrameGroups> frames;
    std::vector<EventGroups> events;                   ///< empty for a picture
    std::vector<float> frame_density, frame_distance;  ///< temporal decision graph, per frame
    std::vector<int> event_centers;                    ///< frame positions that are event centres
    bool complete = false;                             ///< false while frames are still arriving
    /// A damaged video: frames that could not be read, and how many the file has. 0 and 0 when
    /// all was read.
    int frames_lost = 0, frames_in_file = 0;
    base::ClipRange clip{};  ///< the part of a video that they are of

    /// Returns the offset of the first group of a stage among the visual tokens, in the order the
    /// language model sees them: per picture or event, stage 0, 1, 2. One past the last event gives
    /// num_tokens(). Before a video's events exist it has no tokens.
    int token_offset(int event, int stage) const;  ///< event 0 for a picture
    int num_tokens() const;
    /// Returns "clip.mp4 is damaged: 28 of 60 frames cannot be read and were left out"; empty when
    /// all was read.
    std::string damage() const;
    bool operator==(const TokenGroups&) const = default;
};

base::Json to_json(const TokenGroups& groups);
/// Throws base::Error{Format} naming the field.
TokenGroups token_groups_from_json(const base::Json& json);

}  // namespace univi::protocol
