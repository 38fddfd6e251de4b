#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace univi::base {

/// Writes JSON as text, always valid UTF-8: bytes of strings that are no UTF-8 come out as U+FFFD.
/// Never throws on strings. `indent` as in dump(): -1 for one line.
std::string json_text(const Json& json, int indent = -1);

/// A path is any sequence of bytes, JSON is UTF-8. So every path in this program's JSON stands in
/// its own field, and where it is not valid UTF-8 (then it shows with U+FFFD) a second field holds
/// it without loss: its bytes in percent-encoding ("caf%E9.jpg"), as path_to_ascii writes them.

/// Sets object[field] to the path, and object[bytes_field] where the path is no UTF-8.
void put_path(Json& object, const std::string& field, const std::string& path,
              const std::string& bytes_field = "path_bytes");

/// Returns the path as put_path shows it: always UTF-8.
std::string shown_path(const std::string& path);

/// Returns the path that put_path has set: from `bytes_field` where there is one. Empty when
/// neither is a text. Throws Error{Format} for a broken percent-encoding.
std::string take_path(const Json& object, const std::string& field,
                      const std::string& bytes_field = "path_bytes");

/// Returns a path as an element of a list: a text, or {"path": …, "path_bytes": …} where it is no
/// UTF-8.
Json path_element(const std::string& path);
/// Returns a list of such elements. Also for the words of a command, among which paths may be.
Json path_list(const std::vector<std::string>& paths);

/// Writes bytes other than letters, digits, "-._~" and "/" as %XX, and reads them back.
std::string path_to_ascii(std::string_view path);
std::string path_from_ascii(std::string_view text);

}  // namespace univi::base
