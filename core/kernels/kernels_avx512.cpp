#include "core/kernels/kernel_table.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <algorithm>

#include "core/kernels/cpu_features.h"
#include "core/kernels/half.h"
#include "core/kernels/split_vectors.h"

// Compiled for AVX-512 in these functions alone: the file runs on every processor up to them.
#define UNIVI_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,f16c,fma")))
#define UNIVI_AVX512_INLINE UNIVI_AVX512 __attribute__((always_inline)) inline

namespace univi::kernels {
namespace {

/// How far ahead memory is asked for: into the first cache where several vectors fill it, for one
/// vector into the second and over the end of a page of 4 KiB, where the hardware stops. Mapped
/// files lie in such pages.
constexpr std::int64_t kAhead = 2048, kPagesAhead = 6144;

/// 32 elements of a row as two vectors.
struct Pair {
    __m512 a, b;
};

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
    /// The even elements, then the odd ones: half the instructions that neighbours take.
    UNIVI_AVX512_INLINE static Pair load32(const std::uint16_t* p) {
        const __m512i both = _mm512_loadu_si512(p), high = _mm512_set1_epi32(~0xFFFF);
        return {_mm512_castsi512_ps(_mm512_slli_epi32(both, 16)),
                _mm512_castsi512_ps(_mm512_and_si512(both, high))};
    }
    static const float* ordered(const Vectors& vectors, int v) { return vectors.split->of(v); }
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

/// What most formats say: 32 elements in their order.
template <typename Format>
struct InOrder {
    using Value = typename Format::Value;
    UNIVI_AVX512_INLINE static Pair load32(const Value* p) {
        return {Format::load16(p), Format::load16(p + 16)};
    }
    static const float* ordered(const Vectors& vectors, int v) {
        return vectors.x + v * vectors.x_stride;
    }
    static float widen(Value value) { return Format::widen(value); }
};

#define UNIVI_TARGET UNIVI_AVX512
#include "core/kernels/lane_sums_avx512.inc"

/// The order of the sums is the same for every number of vectors, so that a token that was guessed
/// and checked beside others has the logits it would have had alone.
template <typename Format, int kCount>
UNIVI_AVX512 void dot_count(const typename Format::Value* values, std::int64_t columns, float scale,
                            std::int64_t row, const Vectors& vectors) {
    // Loops are unrolled by name: an array that a loop walks through would lie in memory.
    constexpr int kPairs = 2, kStep = 32 * kPairs;
    const float* x[kCount];
    __m512 sums[kCount][2 * kPairs];
#pragma GCC unroll 4
    for (int v = 0; v < kCount; ++v) {
        x[v] = Format::ordered(vectors, v);
#pragma GCC unroll 4
        for (int part = 0; part < 2 * kPairs; ++part) sums[v][part] = _mm512_setzero_ps();
    }
    std::int64_t i = 0;
    for (; i + kStep <= columns; i += kStep) {
        const char* from = reinterpret_cast<const char*>(values + i);
        for (std::int64_t line = 0; line < kStep * std::int64_t{sizeof(*values)}; line += 64)
            _mm_prefetch(from + line + (kCount > 1 ? kAhead : kPagesAhead),
                         kCount > 1 ? _MM_HINT_T0 : _MM_HINT_T1);
#pragma GCC unroll 2
        for (int pair = 0; pair < kPairs; ++pair) {
            const std::int64_t at = i + std::int64_t{32} * pair;
            const Pair w = Format::load32(values + at);
#pragma GCC unroll 4
            for (int v = 0; v < kCount; ++v) {
                sums[v][2 * pair] =
                    _mm512_fmadd_ps(w.a, _mm512_loadu_ps(x[v] + at), sums[v][2 * pair]);
                sums[v][2 * pair + 1] =
                    _mm512_fmadd_ps(w.b, _mm512_loadu_ps(x[v] + at + 16), sums[v][2 * pair + 1]);
            }
        }
    }
    __m512 lanes[4];
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) {
        const int of = v < kCount ? v : kCount - 1;
        lanes[v] = _mm512_add_ps(_mm512_add_ps(sums[of][0], sums[of][1]),
                                 _mm512_add_ps(sums[of][2], sums[of][3]));
    }
    alignas(16) float all[4];
    _mm_store_ps(all, sums_of(lanes[0], lanes[1], lanes[2], lanes[3]));
    for (int v = 0; v < kCount; ++v) {
        float sum = all[v];
        for (std::int64_t j = i; j < columns; ++j)
            sum += Format::widen(values[j]) * vectors.x[v * vectors.x_stride + j];
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

#include "core/kernels/int4_rows_avx512.inc"

/// Rows are widened once for all weight vectors.
template <typename Format, int kCount>
UNIVI_AVX512 void row_sum_count(const MatrixView& matrix, const RowWeights& to) {
    const auto* values = static_cast<const typename Format::Value*>(matrix.values);
    const auto* scales = static_cast<const float*>(matrix.scales);
    const auto weight = [&](int v, std::int64_t row) {
        const float own = to.weights[v * to.stride + row];
        return scales ? own * scales[row] : own;
    };
    std::int64_t i = 0;
    for (; i + 64 <= matrix.columns; i += 64) {
        __m512 sums[kCount][4];
#pragma GCC unroll 4
        for (int v = 0; v < kCount; ++v)
#pragma GCC unroll 4
            for (int part = 0; part < 4; ++part) sums[v][part] = _mm512_setzero_ps();
        for (std::int64_t row = 0; row < matrix.rows; ++row) {
            __m512 wide[4];
#pragma GCC unroll 4
            for (int part = 0; part < 4; ++part)
                wide[part] = Format::load16(values + row * matrix.columns + i + 16 * part);
#pragma GCC unroll 4
            for (int v = 0; v < kCount; ++v) {
                const __m512 by = _mm512_set1_ps(weight(v, row));
#pragma GCC unroll 4
                for (int part = 0; part < 4; ++part)
                    sums[v][part] = _mm512_fmadd_ps(by, wide[part], sums[v][part]);
            }
        }
#pragma GCC unroll 4
        for (int v = 0; v < kCount; ++v)
#pragma GCC unroll 4
            for (int part = 0; part < 4; ++part)
                _mm512_storeu_ps(to.out + v * to.out_stride + i + std::int64_t{16} * part,
                                 sums[v][part]);
    }
    for (; i < matrix.columns; ++i)
        for (int v = 0; v < kCount; ++v) {
            float sum = 0;
            for (std::int64_t row = 0; row < matrix.rows; ++row)
                sum += weight(v, row) * Format::widen(values[row * matrix.columns + i]);
            to.out[v * to.out_stride + i] = sum;
        }
}

template <typename Format>
UNIVI_AVX512 void row_sum(const MatrixView& matrix, const RowWeights& weights) {
    switch (weights.count) {
        case 1:
            return row_sum_count<Format, 1>(matrix, weights);
        case 2:
            return row_sum_count<Format, 2>(matrix, weights);
        case 3:
            return row_sum_count<Format, 3>(matrix, weights);
        default:
            return row_sum_count<Format, 4>(matrix, weights);
    }
}

#include "core/kernels/vector_ops.inc"

#include "core/kernels/transpose_avx512.inc"

#include "core/kernels/int8_columns_avx512.inc"

}  // namespace

const KernelTable& avx512_kernels() {
    static const KernelTable all = [] {
        const bool vnni = has_int8_products();
        KernelTable table{{each_row<dot_row<InOrder<F32>>>, each_row<dot_row<InOrder<F16>>>,
                           each_row<dot_row<BF16>>, each_row<dot_row<InOrder<Int8>>>,
                           vnni ? vnni_int4_dot() : dot_int4<PairProducts>},
                          {row_sum<F32>, row_sum<F16>, row_sum<BF16>, row_sum<Int8>},
                          kVectorLoops,
                          avx2_kernels().int4_to_int8,
                          vnni ? vnni_int8_products() : plain_kernels().int8_products,
                          vnni ? vnni_pack_int8_block() : nullptr,
                          transpose_panel,
                          true};
        table.loops.add_outliers = add_int8_outliers;
        return table;
    }();
    return all;
}

}  // namespace univi::kernels
#endif
