#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace univi::base {

/// The part of a video that somebody asks about. What is not set is the video's own.
struct ClipRange {
    std::optional<double> start_s, end_s;  ///< seconds from the first frame
    /// How many frames are taken of the part, spread evenly over it; not set: one a second, at most
    /// as many as are taken of any video.
    std::optional<int> frames;
    bool operator==(const ClipRange&) const = default;
    bool is_whole() const { return *this == ClipRange(); }
    /// Returns what is wrong with it as the end of a sentence ("must end after it begins"), or
    /// null.
    const char* fault() const;
    /// Throws Error{Usage} where something is wrong with it.
    void check() const;
    /// The same text for the same range, another one for another; empty for a whole video.
    std::string key() const;
};

/// Reads seconds ("12", "12.5") or a time ("0:12", "1:02:03.5"). Nullopt for anything else.
std::optional<double> parse_time(std::string_view text);

inline constexpr int kMostClipFrames = 1024;

}  // namespace univi::base
