#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace univi::base {

/// Returns true when `text` is well-formed UTF-8 (no overlong forms, no surrogates, at most
/// U+10FFFF).
bool is_utf8(std::string_view text);

/// Returns a name out of an untrusted file as it may stand in a message: in quotes, one line,
/// short.
std::string in_quotes(std::string_view name, std::size_t max_bytes = 100);

}  // namespace univi::base
