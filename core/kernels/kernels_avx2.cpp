#include "core/kernels/kernel_table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "core/kernels/half.h"

// Compiled for AVX2 in these functions alone: the file runs on every processor up to them.
#define UNIVI_AVX2 __attribute__((target("avx2,fma,f16c")))
#define UNIVI_AVX2_INLINE UNIVI_AVX2 __attribute__((always_inline)) inline

namespace univi::kernels {
namespace {

struct F32 {
    using Value = float;
    UNIVI_AVX2_INLINE static __m256 load8(const float* p) { return _mm256_loadu_ps(p); }
    static float widen(float value) { return value; }
};

struct F16 {
    using Value = std::uint16_t;
    UNIVI_AVX2_INLINE static __m256 load8(const std::uint16_t* p) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    static float widen(std::uint16_t value) { return half_to_float(value); }
};

struct BF16 {
    using Value = std::uint16_t;
    UNIVI_AVX2_INLINE static __m256 load8(const std::uint16_t* p) {
        const __m256i wide =
            _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
        return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
    }
    static float widen(std::uint16_t value) { return bf16_to_float(value); }
};

struct Int8 {
    using Value = std::int8_t;
    UNIVI_AVX2_INLINE static __m256 load8(const std::int8_t* p) {
        return _mm256_cvtepi32_ps(
            _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
    }
    static float widen(std::int8_t value) { return static_cast<float>(value); }
};

UNIVI_AVX2_INLINE float sum_of(__m256 lanes) {
    const __m128 half = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
    const __m128 pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)));
}

template <typename Format>
UNIVI_AVX2 float dot(const typename Format::Value* values, const float* x, std::int64_t columns) {
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(),
                      _mm256_setzero_ps()};
    std::int64_t i = 0;
    for (; i + 32 <= columns; i += 32) {
        _mm_prefetch(reinterpret_cast<const char*>(values + i) + 1024, _MM_HINT_T0);
        for (int part = 0; part < 4; ++part)
            sums[part] = _mm256_fmadd_ps(Format::load8(values + i + 8 * part),
                                         _mm256_loadu_ps(x + i + 8 * part), sums[part]);
    }
    float sum = 0;
    for (; i < columns; ++i) sum += Format::widen(values[i]) * x[i];
    return sum +
           sum_of(_mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3])));
}

template <typename Format>
UNIVI_AVX2 void dot_row(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    const auto* values =
        static_cast<const typename Format::Value*>(matrix.values) + row * matrix.columns;
    const float scale = matrix.scales ? static_cast<const float*>(matrix.scales)[row] : 1.0F;
    for (int v = 0; v < vectors.count; ++v)
        vectors.y[v * vectors.y_stride + row] =
            scale * dot<Format>(values, vectors.x + v * vectors.x_stride, matrix.columns);
}

/// A group's 32 codes 0..15 against a vector's, as eight sums of four.
UNIVI_AVX2_INLINE __m256i group_sums(__m256i codes, const std::int8_t* x) {
    const __m256i values = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x))),
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(x + Int8Vectors::kQuad / 2)), 1);
    // Pairs stay below 2 * 15 * 127, so 16 bits hold them.
    return _mm256_madd_epi16(_mm256_maddubs_epi16(codes, values), _mm256_set1_epi16(1));
}

UNIVI_AVX2_INLINE __m256i unpack(const std::uint8_t* codes) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes));
    const __m256i both =
        _mm256_inserti128_si256(_mm256_castsi128_si256(bytes), _mm_srli_epi16(bytes, 4), 1);
    return _mm256_and_si256(both, _mm256_set1_epi8(15));
}

UNIVI_AVX2 void dot_int4(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    const std::int64_t groups = matrix.columns / kInt4Group;
    const auto* codes =
        static_cast<const std::uint8_t*>(matrix.values) + row * (matrix.columns / 2);
    const auto* scales = static_cast<const std::uint16_t*>(matrix.scales) + row * groups;
    __m256 sums[kMostVectors];
    float offsets[kMostVectors] = {};
    for (__m256& sum : sums) sum = _mm256_setzero_ps();
    for (std::int64_t group = 0; group < groups; ++group) {
        const std::uint8_t* at = codes + group * (kInt4Group / 2);
        _mm_prefetch(reinterpret_cast<const char*>(at) + 1024, _MM_HINT_T0);
        const __m256i values = unpack(at);
        const float scale = _cvtsh_ss(scales[group]);
        const std::int64_t place = Int8Vectors::place(group);
        for (int v = 0; v < vectors.count; ++v) {
            const Int8Vectors& x = *vectors.int8_groups;
            const __m256 inner = _mm256_cvtepi32_ps(group_sums(values, x.codes(v) + place));
            sums[v] = _mm256_fmadd_ps(_mm256_set1_ps(scale * x.scales(v)[group]), inner, sums[v]);
            offsets[v] += scale * x.offsets(v)[group];
        }
    }
    for (int v = 0; v < vectors.count; ++v)
        vectors.y[v * vectors.y_stride + row] = sum_of(sums[v]) + offsets[v];
}

/// One weight vector: out [columns].
template <typename Format>
UNIVI_AVX2 void row_sum_one(const MatrixView& matrix, const float* weights, float* out) {
    const auto* values = static_cast<const typename Format::Value*>(matrix.values);
    const auto* scales = static_cast<const float*>(matrix.scales);
    const auto weight = [&](std::int64_t row) {
        return scales ? weights[row] * scales[row] : weights[row];
    };
    std::int64_t i = 0;
    for (; i + 32 <= matrix.columns; i += 32) {
        __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(),
                          _mm256_setzero_ps()};
        for (std::int64_t row = 0; row < matrix.rows; ++row) {
            const __m256 by = _mm256_set1_ps(weight(row));
            for (int part = 0; part < 4; ++part)
                sums[part] = _mm256_fmadd_ps(
                    by, Format::load8(values + row * matrix.columns + i + 8 * part), sums[part]);
        }
        for (int part = 0; part < 4; ++part) _mm256_storeu_ps(out + i + 8 * part, sums[part]);
    }
    for (; i < matrix.columns; ++i) {
        float sum = 0;
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            sum += weight(row) * Format::widen(values[row * matrix.columns + i]);
        out[i] = sum;
    }
}

template <typename Format>
UNIVI_AVX2 void row_sum(const MatrixView& matrix, const RowWeights& to) {
    for (int v = 0; v < to.count; ++v)
        row_sum_one<Format>(matrix, to.weights + v * to.stride, to.out + v * to.out_stride);
}

/// The sixteen values of a group, in 8 bits: what a byte shuffle looks codes up in.
UNIVI_AVX2_INLINE __m128i values_in_8_bits(float factor) {
    const __m256 low = _mm256_setr_ps(-8, -7, -6, -5, -4, -3, -2, -1),
                 high = _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7), by = _mm256_set1_ps(factor);
    const __m256i a = _mm256_cvtps_epi32(_mm256_mul_ps(low, by)),
                  b = _mm256_cvtps_epi32(_mm256_mul_ps(high, by));
    const __m128i words_a =
                      _mm_packs_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1)),
                  words_b =
                      _mm_packs_epi32(_mm256_castsi256_si128(b), _mm256_extracti128_si256(b, 1));
    return _mm_packs_epi16(words_a, words_b);
}

UNIVI_AVX2 void int4_to_int8(const std::uint8_t* codes, const float* factors, std::int64_t groups,
                             std::int8_t* out) {
    const __m128i low_bits = _mm_set1_epi8(15);
    for (std::int64_t group = 0; group < groups; ++group) {
        const __m128i values = values_in_8_bits(factors[group]);
        const __m128i bytes =
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes + group * (kInt4Group / 2)));
        auto* to = reinterpret_cast<__m128i*>(out + group * kInt4Group);
        _mm_storeu_si128(to, _mm_shuffle_epi8(values, _mm_and_si128(bytes, low_bits)));
        _mm_storeu_si128(
            to + 1, _mm_shuffle_epi8(values, _mm_and_si128(_mm_srli_epi16(bytes, 4), low_bits)));
    }
}

#define UNIVI_TARGET UNIVI_AVX2
#include "core/kernels/vector_ops.inc"

}  // namespace

const KernelTable& avx2_kernels() {
    static const KernelTable all{
        {each_row<dot_row<F32>>, each_row<dot_row<F16>>, each_row<dot_row<BF16>>,
         each_row<dot_row<Int8>>, each_row<dot_int4>},
        {row_sum<F32>, row_sum<F16>, row_sum<BF16>, row_sum<Int8>},
        kVectorLoops,
        int4_to_int8,
        plain_kernels().int8_products,
        nullptr,
        nullptr,
        false};
    return all;
}

}  // namespace univi::kernels
#endif
