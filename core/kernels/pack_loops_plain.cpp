#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/kernels/half.h"
#include "core/kernels/pack_loops.h"

namespace univi::kernels {
namespace {

constexpr std::int64_t kTried = std::size(kInt4Steps);

/// Rounds |x| < 2^22 to the nearest integer, ties to even, in two additions that every processor
/// does for several values at once.
float round_nearest(float x) {
    constexpr float kShift = 12582912;  // 1.5 * 2^23
    return (x + kShift) - kShift;
}

/// What is no number becomes `low`, as in vector instructions.
float within(float x, float low, float high) {
    const float raised = x > low ? x : low;
    return raised < high ? raised : high;
}

float int4_code(float value, float inverse) {
    return round_nearest(within(value * inverse, -8.0F, 7.0F));
}

void widen_halves(const std::uint16_t* halves, std::int64_t size, float* out) {
    for (std::int64_t i = 0; i < size; ++i) out[i] = half_to_float(halves[i]);
}

float largest_magnitude(const float* values, std::int64_t size) {
    float largest = 0;
    for (std::int64_t i = 0; i < size; ++i) largest = std::max(largest, std::fabs(values[i]));
    return largest;
}

void to_codes(const float* values, float scale, std::int64_t size, std::int8_t* codes) {
    for (std::int64_t i = 0; i < size; ++i)
        codes[i] =
            static_cast<std::int8_t>(round_nearest(within(values[i] / scale, -127.0F, 127.0F)));
}

/// Of the scales that suit the codes which each of kInt4Steps makes best, returns the one that
/// explains most of the squares.
float best_scale(const float* values) {
    float high = 0, low = 0;
    for (std::int64_t i = 0; i < kInt4Group; ++i) {
        high = std::max(high, values[i]);
        low = std::min(low, values[i]);
    }
    const float farthest = high >= -low ? high : low;
    if (farthest == 0) return 0;
    float inverses[kTried], products[2][kTried] = {}, squares[2][kTried] = {};
    for (std::int64_t k = 0; k < kTried; ++k) inverses[k] = kInt4Steps[k] / farthest;
    for (std::int64_t i = 0; i < kInt4Group; ++i)
        for (std::int64_t k = 0; k < kTried; ++k) {
            const float code = int4_code(values[i], inverses[k]);
            products[i % 2][k] += code * values[i];
            squares[i % 2][k] += code * code;
        }
    float best = 0, scale = 0;
    for (std::int64_t k = 0; k < kTried; ++k) {
        const float product = products[0][k] + products[1][k];
        const float tried = product / (squares[0][k] + squares[1][k]);
        if (const float explained = product * tried; explained > best) {
            best = explained;
            scale = tried;
        }
    }
    return scale;
}

void pack_int4(const float* values, std::int64_t groups, std::uint8_t* codes,
               std::uint16_t* scales) {
    constexpr std::int64_t kHalf = kInt4Group / 2;
    for (std::int64_t group = 0; group < groups; ++group, values += kInt4Group, codes += kHalf) {
        scales[group] = float_to_half(within(best_scale(values), -kLargestHalf, kLargestHalf));
        const float stored = half_to_float(scales[group]);
        const float inverse = stored != 0 ? 1 / stored : 0;
        for (std::int64_t i = 0; i < kHalf; ++i) {
            const int low = static_cast<int>(int4_code(values[i], inverse)) + 8;
            const int high = static_cast<int>(int4_code(values[i + kHalf], inverse)) + 8;
            codes[i] = static_cast<std::uint8_t>(low | high << 4);
        }
    }
}

}  // namespace

const PackLoops& plain_pack_loops() {
    static constexpr PackLoops kLoops{widen_halves, largest_magnitude, to_codes, pack_int4};
    return kLoops;
}

}  // namespace univi::kernels
