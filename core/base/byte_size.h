#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace univi::base {

/// Reads a size as people write it: "80GB", "24 GiB", "512m", "1.5T"; kB, MB … are powers of 1000,
/// KiB, MiB … of 1024. Nothing for another text, and for sizes of no byte or beyond 100 PB.
std::optional<std::int64_t> parse_byte_size(std::string_view text);

}  // namespace univi::base
