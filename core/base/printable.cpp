#include "core/base/printable.h"

#include <cstdint>

namespace univi::base {

namespace {

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4) return 0;
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    const bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
    const bool too_large = lead == 0xf4 && byte(1) >= 0x90;
    return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string in_quotes(std::string_view name, std::size_t max_bytes) {
    std::string result = "\"";
    while (!name.empty() && result.size() <= max_bytes) {
        const std::size_t length = sequence_length(name);
        const bool control =
            length == 1 && (static_cast<std::uint8_t>(name[0]) < 0x20 || name[0] == 0x7f);
        if (length == 0 || control) {
            result += '?';
        } else {
            result += name.substr(0, length);
        }
        name.remove_prefix(length == 0 ? 1 : length);
    }
    return result + (name.empty() ? "\"" : "…\"");
}

}  // namespace univi::base
