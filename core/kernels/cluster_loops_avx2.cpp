#include "core/kernels/cluster_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Compiled for AVX2 in these functions alone: the file runs on every processor up to them.
#define UNIVI_TARGET __attribute__((target("avx2,fma")))

namespace univi::kernels {
namespace {

UNIVI_TARGET __attribute__((always_inline)) inline float total(__m256 low, __m256 high) {
    const __m256 eight = _mm256_add_ps(low, high);
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1)),
                 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/// Squared distances of two tokens to two others: as many sums as sixteen registers hold.
UNIVI_TARGET void quarter_tile(const float* a, const float* b, std::int64_t steps, float* out) {
    constexpr std::int64_t kStep = kTileTokens * kTileLanes;
    __m256 sums[2][2][2];
    for (auto& row : sums)
        for (auto& halves : row) halves[0] = halves[1] = _mm256_setzero_ps();
    for (std::int64_t step = 0; step < steps; ++step, a += kStep, b += kStep)
        for (int half = 0; half < 2; ++half) {
            const float *left = a + 8 * half, *right = b + 8 * half;
            for (int i = 0; i < 2; ++i)
                for (int j = 0; j < 2; ++j) {
                    const __m256 difference = _mm256_sub_ps(_mm256_load_ps(left + i * kTileLanes),
                                                            _mm256_load_ps(right + j * kTileLanes));
                    sums[i][j][half] = _mm256_fmadd_ps(difference, difference, sums[i][j][half]);
                }
        }
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j) out[i * kTileTokens + j] = total(sums[i][j][0], sums[i][j][1]);
}

UNIVI_TARGET void distance_tile(const float* a, const float* b, std::int64_t steps, float scale,
                                float* out) {
    for (std::int64_t i = 0; i < kTileTokens; i += 2)
        for (std::int64_t j = 0; j < kTileTokens; j += 2)
            quarter_tile(a + i * kTileLanes, b + j * kTileLanes, steps, out + i * kTileTokens + j);
    for (std::int64_t i = 0; i < kTileTokens * kTileTokens; i += 8)
        _mm256_storeu_ps(out + i, _mm256_div_ps(_mm256_sqrt_ps(_mm256_loadu_ps(out + i)),
                                                _mm256_set1_ps(scale)));
}

#include "core/kernels/cluster_loops.inc"

}  // namespace

const ClusterLoops& avx2_cluster_loops() {
    return kClusterLoops;
}

}  // namespace univi::kernels
#endif
