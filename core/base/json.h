#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace univi::base {

using Json = nlohmann::json;

/// Parses untrusted JSON with bounded depth and size. `where` names the source in errors (file
/// name, "request"). Throws Error{Format} with line and column.
Json parse_json(std::string_view text, const std::string& where, int max_depth = 64);

/// Reads and parses a JSON file of at most `max_bytes`. Throws Error{File} or Error{Format}.
Json read_json_file(const std::filesystem::path& path,
                    std::size_t max_bytes = std::size_t{256} << 20);

}  // namespace univi::base
