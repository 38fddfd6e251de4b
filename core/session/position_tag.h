#pragma once

#include <cstdint>

namespace univi::session {

/// What one position of a prompt holds, comparable between prompts: a token id, or (medium, place
/// in the medium).
using PositionTag = std::int64_t;

inline PositionTag token_tag(std::int32_t id) {
    return id;
}

/// `serial`: EncodedMedium::serial; `offset`: which of its visual tokens.
inline PositionTag visual_tag(std::int64_t serial, std::int64_t offset) {
    return -1 - ((serial << 24) + offset);  // no medium has 2^24 visual tokens
}

}  // namespace univi::session
