#include "core/kernels/cluster_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Compiled for AVX-512 in these functions alone: the file runs on every processor up to them.
#define UNIVI_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma")))
#define UNIVI_TARGET_INLINE UNIVI_TARGET __attribute__((always_inline)) inline

namespace univi::kernels {
namespace {

/// Lanes 8 apart of two sums: eight lanes of x, then eight of y.
UNIVI_TARGET_INLINE __m512 eights(__m512 x, __m512 y) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(x, y, 0x44), _mm512_shuffle_f32x4(x, y, 0xEE));
}

/// Then lanes 4 apart: four lanes of each of four sums.
UNIVI_TARGET_INLINE __m512 fours(__m512 x, __m512 y, __m512 z, __m512 w) {
    const __m512 first = eights(x, y), second = eights(z, w);
    return _mm512_add_ps(_mm512_shuffle_f32x4(first, second, 0x88),
                         _mm512_shuffle_f32x4(first, second, 0xDD));
}

/// Then lanes 2 apart: two lanes of x and y in turns.
UNIVI_TARGET_INLINE __m512 twos(__m512 x, __m512 y) {
    return _mm512_add_ps(_mm512_unpacklo_ps(x, y), _mm512_unpackhi_ps(x, y));
}

/// The totals of sixteen sums, in their order.
UNIVI_TARGET_INLINE __m512 totals(const __m512 (&sums)[kTileTokens][kTileTokens]) {
    __m512 columns[kTileTokens];  // the sums of column j, four lanes each
    for (int j = 0; j < 4; ++j) columns[j] = fours(sums[0][j], sums[1][j], sums[2][j], sums[3][j]);
    const __m512 first = twos(columns[0], columns[1]), second = twos(columns[2], columns[3]);
    return _mm512_add_ps(_mm512_shuffle_ps(first, second, 0x44),
                         _mm512_shuffle_ps(first, second, 0xEE));
}

UNIVI_TARGET void distance_tile(const float* a, const float* b, std::int64_t steps, float scale,
                                float* out) {
    constexpr std::int64_t kStep = kTileTokens * kTileLanes;
    __m512 sums[kTileTokens][kTileTokens];
    for (auto& row : sums)
        for (__m512& sum : row) sum = _mm512_setzero_ps();
    for (std::int64_t step = 0; step < steps; ++step, a += kStep, b += kStep) {
        __m512 right[kTileTokens];
        for (int j = 0; j < kTileTokens; ++j) right[j] = _mm512_load_ps(b + j * kTileLanes);
        for (int i = 0; i < kTileTokens; ++i) {
            const __m512 left = _mm512_load_ps(a + i * kTileLanes);
            for (int j = 0; j < kTileTokens; ++j) {
                const __m512 difference = _mm512_sub_ps(left, right[j]);
                sums[i][j] = _mm512_fmadd_ps(difference, difference, sums[i][j]);
            }
        }
    }
    _mm512_storeu_ps(out, _mm512_div_ps(_mm512_sqrt_ps(totals(sums)), _mm512_set1_ps(scale)));
}

#include "core/kernels/cluster_loops.inc"

}  // namespace

const ClusterLoops& avx512_cluster_loops() {
    return kClusterLoops;
}

}  // namespace univi::kernels
#endif
