#pragma once

#include <cstdint>
#include <string_view>

namespace univi::media {

/// Numbers out of untrusted bytes; outside the bytes every number is 0.
struct ByteView {
    std::string_view bytes;

    std::uint32_t u8(std::uint64_t at) const {
        return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0;
    }
    std::uint32_t u16_le(std::uint64_t at) const { return u8(at) | u8(at + 1) << 8; }
    std::uint32_t u16_be(std::uint64_t at) const { return u8(at) << 8 | u8(at + 1); }
    std::uint32_t u24_le(std::uint64_t at) const { return u16_le(at) | u8(at + 2) << 16; }
    std::uint32_t u32_le(std::uint64_t at) const { return u16_le(at) | u16_le(at + 2) << 16; }
    std::uint32_t u32_be(std::uint64_t at) const { return u16_be(at) << 16 | u16_be(at + 2); }
    /// Returns the bytes from `at`, at most `length`; empty outside.
    std::string_view slice(std::uint64_t at, std::uint64_t length) const {
        return at < bytes.size() ? bytes.substr(at, length) : std::string_view();
    }
    /// Returns true when `length` bytes from `at` lie inside.
    bool has(std::uint64_t at, std::uint64_t length) const {
        return at <= bytes.size() && length <= bytes.size() - at;
    }
};

}  // namespace univi::media
