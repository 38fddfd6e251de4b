#pragma once

#include <ATen/core/Tensor.h>

#include <atomic>
#include <cstdint>

#include "core/protocol/token_groups.h"
#include "core/session/medium.h"

namespace univi::session {

/// What stays of a medium once it is encoded. It belongs to no conversation: its place among the
/// media of one is kept there.
struct EncodedMedium {
    MediumKey key;
    std::int64_t serial = 0;   ///< unique in the process; names its visual tokens in a PromptCache
    int placeholders = 1;      ///< 1 for a picture, its frames for a video
    at::Tensor visual_tokens;  ///< [n,D]
    protocol::TokenGroups groups;  ///< complete; TokenGroups::medium is not set
};

/// A number that no other medium of the process has.
inline std::int64_t next_medium_serial() {
    static std::atomic<std::int64_t> last{0};
    return ++last;
}

}  // namespace univi::session
