#pragma once

#include <filesystem>
#include <string>

#include "core/base/stop_token.h"

namespace univi::hub {

/// True when the file's content is the one that the ETag names: SHA-256 (64 digits) or git's SHA-1
/// of a blob (40). Another ETag names no content, and nothing is known against the file. Throws
/// Error{File|Stopped}.
bool has_content(const std::filesystem::path& file, const std::string& etag,
                 const base::StopToken& stop);

}  // namespace univi::hub
