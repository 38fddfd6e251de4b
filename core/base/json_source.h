#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace univi::base {

/// Returns the text of JSON or JSON Lines without the UTF-8 byte order mark that may stand before
/// it. Every reader of JSON in the program goes through here. Throws Error{Format} for UTF-16 and
/// UTF-32 text with one sentence that names the encoding. `where` names the source in errors.
std::string_view strip_byte_order_mark(std::string_view text, const std::string& where);

/// Reads a file of JSON or JSON Lines as strip_byte_order_mark() does. Throws
/// Error{File} or Error{Format}.
std::string read_json_text(const std::filesystem::path& path,
                           std::size_t max_bytes = std::size_t{1} << 30);

/// Refuses JSON in which an object has a key twice, of which parsing would keep the last one in
/// silence: Error{Format} names the key and the object. Says nothing of text that is not JSON.
void check_unique_keys(std::string_view text, const std::string& where);

}  // namespace univi::base
