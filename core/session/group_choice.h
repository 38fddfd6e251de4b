#pragma once

#include <array>
#include <string>
#include <vector>

namespace univi::session {

/// How the visual tokens of a medium are laid out: part after part (a picture, or the events of a
/// video), in each the groups of stage 0, 1 and 2.
struct GroupLayout {
    bool is_video = false;
    std::vector<std::array<int, 3>> parts;  ///< groups of each stage

    int tokens() const;
    /// Returns the tokens of a part.
    std::vector<int> tokens_of(int part) const;
    /// Returns "2:5" for a picture's token, "1:2:5" for a video's: event, stage, group.
    std::string name_of(int token) const;
};

/// Reads which visual tokens are meant: a list with commas of
///   7, 7-12       tokens by their number from 0
///   2:5, 2:5-9    stage and group of a picture, or of a video with one event
///   1:2:5         event, stage and group of a video
///   stage:2       all groups of a stage
///   event:1       all groups of a video's event
/// Returns them ascending, each once. An empty text means none. Throws Error{Usage} that names the
/// item.
std::vector<int> parse_groups(const std::string& text, const GroupLayout& layout);

}  // namespace univi::session
