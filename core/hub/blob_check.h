#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/base/stop_token.h"

namespace univi::hub {

/// Returns true for a checksum that has_content() can compare with.
bool names_content(const std::string& etag);

/// True when the file's content is the one that the ETag names: SHA-256 (64 digits) or git's SHA-1
/// of a blob (40). Another ETag names no content, and nothing is known against the file. `progress`
/// is told how many bytes were read. Throws Error{File|Stopped}.
bool has_content(const std::filesystem::path& file, const std::string& etag,
                 const base::StopToken& stop,
                 const std::function<void(std::int64_t bytes)>& progress = {});

}  // namespace univi::hub
