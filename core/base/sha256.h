#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace univi::base {

/// Returns lower-case hex SHA-256 of bytes or of a file.
std::string sha256_hex(std::span<const std::byte> bytes);
std::string sha256_file_hex(const std::filesystem::path& path);

}  // namespace univi::base
