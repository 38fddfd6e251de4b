#include "core/kernels/pack_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>

// Compiled for AVX2 in these functions alone: the file runs on every processor up to them.
#define UNIVI_TARGET __attribute__((target("avx2,f16c")))
#define UNIVI_INLINE UNIVI_TARGET __attribute__((always_inline)) inline

namespace univi::kernels {
namespace {

constexpr std::int64_t kLanes = 8;

UNIVI_TARGET void widen_halves(const std::uint16_t* halves, std::int64_t size, float* out) {
    std::int64_t i = 0;
    for (; i + kLanes <= size; i += kLanes)
        _mm256_storeu_ps(
            out + i,
            _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(halves + i))));
    for (; i < size; ++i) out[i] = _cvtsh_ss(halves[i]);
}

/// Returns the largest lane, which is not negative.
UNIVI_INLINE float largest_lane(__m256 lanes) {
    const __m128 four = _mm_max_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
    const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
}

UNIVI_TARGET float largest_magnitude(const float* values, std::int64_t size) {
    const __m256 sign = _mm256_set1_ps(-0.0F);
    __m256 parts[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    std::int64_t i = 0;
    // Where one of two is no number, the second is the larger.
    for (; i + 2 * kLanes <= size; i += 2 * kLanes)
        for (std::int64_t part = 0; part < 2; ++part)
            parts[part] = _mm256_max_ps(
                _mm256_andnot_ps(sign, _mm256_loadu_ps(values + i + part * kLanes)), parts[part]);
    float largest = largest_lane(_mm256_max_ps(parts[0], parts[1]));
    for (; i < size; ++i) {
        const float magnitude = __builtin_fabsf(values[i]);
        largest = magnitude > largest ? magnitude : largest;
    }
    return largest;
}

UNIVI_INLINE __m256 within(__m256 x, float low, float high) {
    return _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(low)), _mm256_set1_ps(high));
}

/// The nearest integers, ties to even, of eight quotients.
UNIVI_INLINE __m256i steps_of(const float* values, __m256 scale) {
    return _mm256_cvtps_epi32(
        within(_mm256_div_ps(_mm256_loadu_ps(values), scale), -127.0F, 127.0F));
}

UNIVI_TARGET void to_codes(const float* values, float scale, std::int64_t size,
                           std::int8_t* codes) {
    const __m256 divisor = _mm256_set1_ps(scale);
    // The packing instructions take turns between the halves of a register.
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    std::int64_t i = 0;
    for (; i + 4 * kLanes <= size; i += 4 * kLanes) {
        const __m256i first = _mm256_packs_epi32(steps_of(values + i, divisor),
                                                 steps_of(values + i + kLanes, divisor)),
                      second = _mm256_packs_epi32(steps_of(values + i + 2 * kLanes, divisor),
                                                  steps_of(values + i + 3 * kLanes, divisor));
        const __m256i all = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(first, second), order);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes + i), all);
    }
    for (; i < size; ++i) {
        const __m128 x = _mm_min_ss(_mm_max_ss(_mm_set_ss(values[i] / scale), _mm_set_ss(-127.0F)),
                                    _mm_set_ss(127.0F));
        codes[i] = static_cast<std::int8_t>(_mm_cvtss_si32(x));
    }
}

/// The value that is farthest from 0; of two the positive one.
UNIVI_INLINE float farthest_of(const float* values) {
    __m256 high = _mm256_setzero_ps(), low = high;
    for (std::int64_t i = 0; i < kInt4Group; i += kLanes) {
        const __m256 each = _mm256_loadu_ps(values + i);
        high = _mm256_max_ps(each, high);
        low = _mm256_min_ps(each, low);
    }
    const float most = largest_lane(high),
                least = largest_lane(_mm256_sub_ps(_mm256_setzero_ps(), low));
    return most >= least ? most : -least;
}

/// Each lane tries one of kInt4Steps.
UNIVI_INLINE float best_scale(const float* values) {
    const float farthest = farthest_of(values);
    if (farthest == 0) return 0;
    const __m256 inverse = _mm256_div_ps(_mm256_load_ps(kInt4Steps), _mm256_set1_ps(farthest));
    __m256 products[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()},
           squares[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (std::int64_t i = 0; i < kInt4Group; i += 2)
        for (std::int64_t part = 0; part < 2; ++part) {
            const __m256 value = _mm256_broadcast_ss(values + i + part);
            const __m256 code = _mm256_round_ps(within(_mm256_mul_ps(value, inverse), -8.0F, 7.0F),
                                                _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
            products[part] = _mm256_add_ps(products[part], _mm256_mul_ps(code, value));
            squares[part] = _mm256_add_ps(squares[part], _mm256_mul_ps(code, code));
        }
    const __m256 product = _mm256_add_ps(products[0], products[1]),
                 tried = _mm256_div_ps(product, _mm256_add_ps(squares[0], squares[1])),
                 explained = _mm256_max_ps(_mm256_mul_ps(product, tried), _mm256_setzero_ps());
    const float best = largest_lane(explained);
    if (best == 0) return 0;
    const auto equal = static_cast<unsigned>(
        _mm256_movemask_ps(_mm256_cmp_ps(explained, _mm256_set1_ps(best), _CMP_EQ_OQ)));
    alignas(32) float all[kLanes];
    _mm256_store_ps(all, tried);
    return all[std::countr_zero(equal)];
}

/// Eight codes, 0 to 15.
UNIVI_INLINE __m256i int4_codes(const float* values, __m256 inverse) {
    return _mm256_add_epi32(
        _mm256_cvtps_epi32(within(_mm256_mul_ps(_mm256_loadu_ps(values), inverse), -8.0F, 7.0F)),
        _mm256_set1_epi32(8));
}

UNIVI_TARGET void pack_int4(const float* values, std::int64_t groups, std::uint8_t* codes,
                            std::uint16_t* scales) {
    constexpr std::int64_t kHalf = kInt4Group / 2;
    for (std::int64_t group = 0; group < groups; ++group, values += kInt4Group, codes += kHalf) {
        const float scale = best_scale(values);
        const float bounded = scale > kLargestHalf    ? kLargestHalf
                              : scale < -kLargestHalf ? -kLargestHalf
                                                      : scale;
        scales[group] = _cvtss_sh(bounded, _MM_FROUND_TO_NEAREST_INT);
        const float stored = _cvtsh_ss(scales[group]);
        const __m256 inverse = _mm256_set1_ps(stored != 0 ? 1 / stored : 0);
        const auto both = [&](std::int64_t i) UNIVI_TARGET {
            return _mm256_or_si256(int4_codes(values + i, inverse),
                                   _mm256_slli_epi32(int4_codes(values + i + kHalf, inverse), 4));
        };
        const __m256i words = _mm256_packus_epi32(both(0), both(kLanes)),
                      bytes =
                          _mm256_permutevar8x32_epi32(_mm256_packus_epi16(words, words),
                                                      _mm256_setr_epi32(0, 4, 1, 5, 0, 0, 0, 0));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(codes), _mm256_castsi256_si128(bytes));
    }
}

}  // namespace

const PackLoops& avx2_pack_loops() {
    static constexpr PackLoops kLoops{widen_halves, largest_magnitude, to_codes, pack_int4};
    return kLoops;
}

}  // namespace univi::kernels
#endif
