#include "core/kernels/pack_rows.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/half.h"
#include "core/kernels/matrix_view.h"

namespace univi::kernels {
namespace {

constexpr int kSize = static_cast<int>(kInt4Group);

/// Rounds |x| < 2^22 to the nearest integer, ties to even, in two additions that every processor
/// does for several values at once.
float round_nearest(float x) {
    constexpr float kShift = 12582912;  // 1.5 * 2^23
    return (x + kShift) - kShift;
}

float code_of(float value, float inverse) {
    return std::clamp(round_nearest(value * inverse), -8.0F, 7.0F);
}

/// The scale that suits the codes which `inverse` makes best, and how well they do: the part of the
/// squares that they explain.
struct Fit {
    float scale = 0, explained = 0;
};

Fit fit(const float* values, float inverse) {
    float products[4] = {}, squares[4] = {};
    for (int i = 0; i < kSize; i += 4)
        for (int lane = 0; lane < 4; ++lane) {
            const float code = code_of(values[i + lane], inverse);
            products[lane] += code * values[i + lane];
            squares[lane] += code * code;
        }
    const float product = products[0] + products[1] + products[2] + products[3];
    const float square = squares[0] + squares[1] + squares[2] + squares[3];
    if (square == 0) return {};
    return {product / square, product * product / square};
}

/// The largest magnitude becomes -8, which reaches one step further than 7, or something near it.
float best_scale(const float* values) {
    constexpr float kSteps[] = {-8.0F, -7.6F, -7.2F, -8.5F, -9.0F, 7.5F, 7.0F};
    float largest = 0;
    for (int i = 0; i < kSize; ++i)
        if (std::fabs(values[i]) > std::fabs(largest)) largest = values[i];
    if (largest == 0) return 0;
    Fit best;
    for (const float steps : kSteps) {
        const Fit tried = fit(values, steps / largest);
        if (tried.explained > best.explained) best = tried;
    }
    return best.scale;
}

void pack_group(const float* values, std::uint8_t* codes, std::uint16_t* scale) {
    constexpr float kLargestHalf = 65504;
    *scale = float_to_half(std::clamp(best_scale(values), -kLargestHalf, kLargestHalf));
    const float stored = half_to_float(*scale);
    const float inverse = stored != 0 ? 1 / stored : 0;
    constexpr int kHalf = kSize / 2;
    for (int i = 0; i < kHalf; ++i) {
        const int low = static_cast<int>(code_of(values[i], inverse)) + 8;
        const int high = static_cast<int>(code_of(values[i + kHalf], inverse)) + 8;
        codes[i] = static_cast<std::uint8_t>(low | high << 4);
    }
}

}  // namespace

void pack_int8_row(const float* row, std::int64_t columns, std::int8_t* codes, float* scale) {
    float largest = 0;
    for (std::int64_t i = 0; i < columns; ++i) largest = std::max(largest, std::fabs(row[i]));
    *scale = largest > 0 ? largest / 127 : 1;
    for (std::int64_t i = 0; i < columns; ++i)
        codes[i] =
            static_cast<std::int8_t>(std::clamp(round_nearest(row[i] / *scale), -127.0F, 127.0F));
}

void pack_int4_row(const float* row, std::int64_t columns, std::uint8_t* codes,
                   std::uint16_t* scales) {
    const std::int64_t whole = columns / kInt4Group;
    for (std::int64_t group = 0; group < whole; ++group)
        pack_group(row + group * kInt4Group, codes + group * (kInt4Group / 2), scales + group);
    if (columns % kInt4Group == 0) return;
    float padded[kInt4Group] = {};
    std::copy(row + whole * kInt4Group, row + columns, padded);
    pack_group(padded, codes + whole * (kInt4Group / 2), scales + whole);
}

}  // namespace univi::kernels
