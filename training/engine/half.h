#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace univi::training {

/// IEEE half precision, round to nearest even, overflow to infinity.
inline std::uint16_t half_from_float(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
    const std::uint32_t magnitude = bits & 0x7fffffffU;
    if (magnitude > 0x7f800000U) return sign | 0x7e00U;   // not a number
    if (magnitude >= 0x477ff000U) return sign | 0x7c00U;  // rounds past 65504
    if (magnitude < 0x38800000U) {                        // subnormal: let the adder round
        const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
        return sign |
               static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(shifted) - 0x3f000000U);
    }
    const std::uint32_t rounded = magnitude + 0xfffU + ((magnitude >> 13) & 1U) - 0x38000000U;
    return sign | static_cast<std::uint16_t>(rounded >> 13);
}

inline float float_from_half(std::uint16_t half) {
    const std::uint32_t sign = std::uint32_t(half & 0x8000U) << 16;
    const std::uint32_t magnitude = std::uint32_t(half & 0x7fffU) << 13;
    if (magnitude >= 0x0f800000U)
        return std::bit_cast<float>(sign | 0x7f800000U | (magnitude & 0x7fffffU));
    // Scaling by 2^112 moves the exponent and gets subnormals right.
    const float scaled = std::bit_cast<float>(magnitude) * std::bit_cast<float>(0x77800000U);
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(scaled));
}

/// bytes: 2*values.size().
inline void to_half(std::span<const float> values, std::span<std::byte> bytes) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t half = half_from_float(values[i]);
        std::memcpy(bytes.data() + 2 * i, &half, 2);
    }
}

inline void from_half(std::span<const std::byte> bytes, std::span<float> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint16_t half = 0;
        std::memcpy(&half, bytes.data() + 2 * i, 2);
        values[i] = float_from_half(half);
    }
}

}  // namespace univi::training
