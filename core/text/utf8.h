#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace univi::text {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";  // U+FFFD

enum class Utf8State { Valid, Invalid, Incomplete };

/// The first character of `bytes` (not empty): its length when Valid, 1 when Invalid. Incomplete: a
/// longer `bytes` could still make it valid. Overlong forms, surrogates and code points above
/// U+10FFFF are Invalid.
struct Utf8Character {
    Utf8State state;
    std::size_t length;
};
Utf8Character first_utf8_character(std::string_view bytes);

/// Returns `bytes` with every invalid byte as U+FFFD.
std::string valid_utf8(std::string_view bytes);

}  // namespace univi::text
