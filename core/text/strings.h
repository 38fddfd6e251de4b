#pragma once

#include <string>
#include <string_view>

namespace univi::text {

/// Replaces every `what` (not empty) of `text` from left to right, in one pass.
inline std::string replace_all(std::string_view text, std::string_view what,
                               std::string_view with) {
    std::string result;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
        result += text.substr(0, at);
        result += with;
        text.remove_prefix(at + what.size());
    }
    return result += text;
}

}  // namespace univi::text
