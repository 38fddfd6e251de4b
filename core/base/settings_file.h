#pragma once

#include <filesystem>

#include "core/base/json.h"

namespace univi::base {

/// Reads a JSON file that a person writes settings into: as read_json_file(), and no key may stand
/// twice. Throws Error{File} or Error{Format}.
Json read_settings_file(const std::filesystem::path& path);

}  // namespace univi::base
