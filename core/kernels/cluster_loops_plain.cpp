#include <cmath>

#include "core/kernels/cluster_loops.h"

namespace univi::kernels {
namespace {

/// difference * difference + sum with one rounding; sum is not negative.
float add_square(float difference, float sum) {
#if defined(__FP_FAST_FMAF)
    return __builtin_fmaf(difference, difference, sum);
#else
    // The product is exact in double. Their sum is rounded to odd (Boldo and Melquiond, "Emulation
    // of FMA and correctly rounded sums"), so that the second rounding, to float, finds what it
    // would have found in the exact one.
    const double product = static_cast<double>(difference) * difference, addend = sum,
                 rounded = product + addend, back = rounded - product,
                 lost = (product - (rounded - back)) + (addend - back);
    const auto bits = __builtin_bit_cast(std::int64_t, rounded);
    const std::int64_t towards =
        static_cast<std::int64_t>(lost > 0) - static_cast<std::int64_t>(lost < 0);
    const std::int64_t if_even = (bits & 1) - 1;
    return static_cast<float>(__builtin_bit_cast(double, bits + (towards & if_even)));
#endif
}

/// Sums the lanes as vectors would that are halved again and again.
float total(const float* lanes) {
    float half[kTileLanes / 2];
    for (int l = 0; l < 8; ++l) half[l] = lanes[l] + lanes[l + 8];
    for (int l = 0; l < 4; ++l) half[l] += half[l + 4];
    return (half[0] + half[2]) + (half[1] + half[3]);
}

void distance_tile(const float* a, const float* b, std::int64_t steps, float scale, float* out) {
    constexpr std::int64_t kStep = kTileTokens * kTileLanes;
    for (std::int64_t i = 0; i < kTileTokens; ++i)
        for (std::int64_t j = 0; j < kTileTokens; ++j) {
            const float *left = a + i * kTileLanes, *right = b + j * kTileLanes;
            float lanes[kTileLanes] = {};
            for (std::int64_t step = 0; step < steps; ++step)
                for (std::int64_t l = 0; l < kTileLanes; ++l)
                    lanes[l] =
                        add_square(left[step * kStep + l] - right[step * kStep + l], lanes[l]);
            out[i * kTileTokens + j] = std::sqrt(total(lanes)) / scale;
        }
}

#define UNIVI_TARGET
#include "core/kernels/cluster_loops.inc"

}  // namespace

const ClusterLoops& plain_cluster_loops() {
    return kClusterLoops;
}

}  // namespace univi::kernels
