#include "core/text/utf8.h"

#include <cstdint>

namespace univi::text {

namespace {

/// Bytes of the character that `lead` opens; 0 when no character starts so.
std::size_t length_from(std::uint8_t lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// Second bytes that lead bytes narrow (Unicode 15, table 3-7): no overlong forms, surrogates or
/// code points too large.
bool second_fits(std::uint8_t lead, std::uint8_t second) {
    const std::uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const std::uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return second >= low && second <= high;
}

}  // namespace

Utf8Character first_utf8_character(std::string_view bytes) {
    const auto lead = static_cast<std::uint8_t>(bytes.front());
    const std::size_t length = length_from(lead);
    if (length == 0) return {Utf8State::Invalid, 1};
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= bytes.size()) return {Utf8State::Incomplete, bytes.size()};
        const auto next = static_cast<std::uint8_t>(bytes[i]);
        const bool fits = i == 1 ? second_fits(lead, next) : (next & 0xC0) == 0x80;
        if (!fits) return {Utf8State::Invalid, 1};
    }
    return {Utf8State::Valid, length};
}

std::string valid_utf8(std::string_view bytes) {
    std::string result;
    while (!bytes.empty()) {
        const auto [state, length] = first_utf8_character(bytes);
        const bool valid = state == Utf8State::Valid;
        result += valid ? bytes.substr(0, length) : kReplacementCharacter;
        bytes.remove_prefix(valid ? length : 1);
    }
    return result;
}

}  // namespace univi::text
