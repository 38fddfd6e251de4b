#pragma once

#include <bit>
#include <cstdint>

namespace univi::kernels {

/// The value of IEEE half precision bits.
inline float half_to_float(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16;
    const std::uint32_t exponent = (half >> 10) & 31, mantissa = half & 1023;
    if (exponent == 0) {
        const float tiny = static_cast<float>(mantissa) * 0x1p-24F;
        return sign ? -tiny : tiny;
    }
    const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
    return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

/// Half precision bits of a value, rounded to the nearest, ties to even; too large a value becomes
/// an infinity.
inline std::uint16_t float_to_half(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000);
    const std::uint32_t magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) return sign | 0x7E00;
    if (magnitude >= 0x477FF000) return sign | 0x7C00;
    if (magnitude < 0x38800000) {  // below the smallest normal half: a multiple of 2^-24
        const float scaled = std::bit_cast<float>(magnitude) + 0x1p-1F;
        return sign | static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(scaled) - 0x3F000000);
    }
    const std::uint32_t odd = (magnitude >> 13) & 1;
    return sign | static_cast<std::uint16_t>((magnitude + 0xFFF + odd - 0x38000000) >> 13);
}

inline float bf16_to_float(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// Rounded to the nearest, ties to even.
inline std::uint16_t float_to_bf16(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) return static_cast<std::uint16_t>(bits >> 16 | 64);
    return static_cast<std::uint16_t>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

}  // namespace univi::kernels
