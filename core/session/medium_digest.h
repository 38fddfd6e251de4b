#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "core/base/stop_token.h"

namespace univi::session {

/// Returns a text that names a file by its content: its size and the SHA-256 of all of it. Of a
/// file of more than kDigestBlocks blocks, which takes longer to read than its frames, it is that
/// of so many blocks spread evenly, and the time of its last change. Empty for what is no regular
/// file or cannot be read. Throws Error{Stopped}.
std::string medium_digest(const std::filesystem::path& file, const base::StopToken& stop);

inline constexpr std::uint64_t kDigestBlock = 4 << 20;
inline constexpr std::uint64_t kDigestBlocks = 64;

}  // namespace univi::session
