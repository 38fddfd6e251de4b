#include "core/protocol/token_groups.h"

#include <algorithm>
#include <filesystem>

namespace univi::protocol {

namespace {

using Stages = std::array<StageGroups, 3>;

int tokens_of(const Stages& stages, int num_stages) {
    std::size_t tokens = 0;
    for (int s = 0; s < num_stages; ++s) tokens += stages[s].sizes.size();
    return static_cast<int>(tokens);
}

/// The parts whose tokens the language model sees, in order: the picture itself, or the events
/// of a video.
std::vector<const Stages*> token_parts(const TokenGroups& groups) {
    std::vector<const Stages*> parts;
    if (groups.is_video) {
        for (const EventGroups& event : groups.events) parts.push_back(&event.stages);
    } else if (!groups.frames.empty()) {
        parts.push_back(&groups.frames.front().stages);
    }
    return parts;
}

}  // namespace

int TokenGroups::token_offset(int event, int stage) const {
    const std::vector<const Stages*> parts = token_parts(*this);
    const int num_parts = static_cast<int>(parts.size());
    int offset = 0;
    for (int e = 0; e < std::min(event, num_parts); ++e) offset += tokens_of(*parts[e], 3);
    if (event >= 0 && event < num_parts)
        offset += tokens_of(*parts[event], std::clamp(stage, 0, 3));
    return offset;
}

std::string TokenGroups::damage() const {
    if (frames_lost <= 0) return {};
    return std::filesystem::path(source).filename().string() +
           " is damaged: " + std::to_string(frames_lost) + " of " + std::to_string(frames_in_file) +
           " frames cannot be read and were left out";
}

int TokenGroups::num_tokens() const {
    int tokens = 0;
    for (const Stages* stages : token_parts(*this)) tokens += tokens_of(*stages, 3);
    return tokens;
}

}  // namespace univi::protocol
