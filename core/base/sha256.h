#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace univi::base {

/// Returns lower-case hex SHA-256 of bytes, a text or a file.
std::string sha256_hex(std::span<const std::byte> bytes);
inline std::string text_sha256_hex(std::string_view text) {
    return sha256_hex(std::as_bytes(std::span(text)));
}
std::string sha256_file_hex(const std::filesystem::path& path);

}  // namespace univi::base
