#include "core/kernels/kernel_table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "core/kernels/cpu_features.h"
#include "core/kernels/half.h"

// Compiled for AVX-512 in these functions alone: the file runs on every processor up to them.
#define UNIVI_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,f16c,fma")))
#define UNIVI_AVX512_INLINE UNIVI_AVX512 __attribute__((always_inline)) inline

namespace univi::kernels {
namespace {

/// What is asked of memory ahead of the products: hardware stops looking ahead at a page's end.
constexpr std::int64_t kAhead = 2048;

struct F32 {
    using Value = float;
    UNIVI_AVX512_INLINE static __m512 load16(const float* p) { return _mm512_loadu_ps(p); }
    static float widen(float value) { return value; }
};

struct F16 {
    using Value = std::uint16_t;
    UNIVI_AVX512_INLINE static __m512 load16(const std::uint16_t* p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    static float widen(std::uint16_t value) { return half_to_float(value); }
};

struct BF16 {
    using Value = std::uint16_t;
    UNIVI_AVX512_INLINE static __m512 load16(const std::uint16_t* p) {
        const __m512i wide =
            _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
        return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
    }
    static float widen(std::uint16_t value) { return bf16_to_float(value); }
};

struct Int8 {
    using Value = std::int8_t;
    UNIVI_AVX512_INLINE static __m512 load16(const std::int8_t* p) {
        return _mm512_cvtepi32_ps(
            _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
    }
    static float widen(std::int8_t value) { return static_cast<float>(value); }
};

/// The order of the sums is the same for every number of vectors, so that a token that was guessed
/// and checked beside others has the logits it would have had alone.
template <typename Format, int kCount>
UNIVI_AVX512 void dot_count(const typename Format::Value* values, std::int64_t columns, float scale,
                            std::int64_t row, const Vectors& vectors) {
    constexpr int kParts = 4;
    __m512 sums[kCount][kParts];
    for (auto& of_vector : sums)
        for (__m512& sum : of_vector) sum = _mm512_setzero_ps();
    std::int64_t i = 0;
    for (; i + 16 * kParts <= columns; i += 16 * kParts) {
        for (std::int64_t line = 0; line < 16 * kParts * std::int64_t{sizeof(*values)}; line += 64)
            _mm_prefetch(reinterpret_cast<const char*>(values + i) + line + kAhead, _MM_HINT_T0);
        for (int part = 0; part < kParts; ++part) {
            const __m512 weights = Format::load16(values + i + 16 * part);
            for (int v = 0; v < kCount; ++v)
                sums[v][part] = _mm512_fmadd_ps(
                    weights, _mm512_loadu_ps(vectors.x + v * vectors.x_stride + i + 16 * part),
                    sums[v][part]);
        }
    }
    for (int v = 0; v < kCount; ++v) {
        float sum = _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(sums[v][0], sums[v][1]),
                                                       _mm512_add_ps(sums[v][2], sums[v][3])));
        const float* x = vectors.x + v * vectors.x_stride;
        for (std::int64_t j = i; j < columns; ++j) sum += Format::widen(values[j]) * x[j];
        vectors.y[v * vectors.y_stride + row] = scale * sum;
    }
}

template <typename Format>
UNIVI_AVX512 void dot_row(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    const auto* values =
        static_cast<const typename Format::Value*>(matrix.values) + row * matrix.columns;
    const float scale = matrix.scales ? static_cast<const float*>(matrix.scales)[row] : 1.0F;
    switch (vectors.count) {
        case 1:
            return dot_count<Format, 1>(values, matrix.columns, scale, row, vectors);
        case 2:
            return dot_count<Format, 2>(values, matrix.columns, scale, row, vectors);
        case 3:
            return dot_count<Format, 3>(values, matrix.columns, scale, row, vectors);
        default:
            return dot_count<Format, 4>(values, matrix.columns, scale, row, vectors);
    }
}

/// For a processor without VNNI. Pairs stay below 2 * 15 * 127.
struct PairProducts {
    UNIVI_AVX512_INLINE static __m512i add(__m512i sums, __m512i codes, __m512i values) {
        const __m512i pairs = _mm512_maddubs_epi16(codes, values);
        return _mm512_add_epi32(sums, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
    }
};

#define UNIVI_TARGET UNIVI_AVX512
#include "core/kernels/int4_rows_avx512.inc"

template <typename Format>
UNIVI_AVX512 void row_sum(const MatrixView& matrix, const float* weights, float* out) {
    const auto* values = static_cast<const typename Format::Value*>(matrix.values);
    std::int64_t i = 0;
    for (; i + 64 <= matrix.columns; i += 64) {
        __m512 sums[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(),
                          _mm512_setzero_ps()};
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            for (int part = 0; part < 4; ++part)
                sums[part] = _mm512_fmadd_ps(
                    _mm512_set1_ps(weights[row]),
                    Format::load16(values + row * matrix.columns + i + 16 * part), sums[part]);
        for (int part = 0; part < 4; ++part) _mm512_storeu_ps(out + i + 16 * part, sums[part]);
    }
    for (; i < matrix.columns; ++i) {
        float sum = 0;
        for (std::int64_t row = 0; row < matrix.rows; ++row)
            sum += weights[row] * Format::widen(values[row * matrix.columns + i]);
        out[i] = sum;
    }
}

#include "core/kernels/vector_ops.inc"

}  // namespace

const KernelTable& avx512_kernels() {
    static const KernelTable all{
        {dot_row<F32>, dot_row<F16>, dot_row<BF16>, dot_row<Int8>,
         has_int8_products() ? vnni_int4_dot() : dot_int4<PairProducts>},
        {row_sum<F32>, row_sum<F16>, row_sum<BF16>},
        kVectorLoops,
        avx2_kernels().int4_to_int8,
        has_int8_products() ? vnni_int8_products() : plain_kernels().int8_products};
    return all;
}

}  // namespace univi::kernels
#endif
