#include "core/model/linear_kernel.h"

#include <ATen/Parallel.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace univi::model {
namespace {

/// One weight row against `rows` rows of x (row stride `in`): out[r * out_stride].
template <typename W>
using DotRows = void (*)(const W* weight, const float* x, std::int64_t in, int rows, float* out,
                         std::int64_t out_stride);

template <typename W>
void dot_plain(const W* weight, const float* x, std::int64_t in, int rows, float* out,
               std::int64_t out_stride) {
    for (int r = 0; r < rows; ++r) {
        float sums[8] = {};
        std::int64_t i = 0;
        for (; i + 8 <= in; i += 8)
            for (int lane = 0; lane < 8; ++lane)
                sums[lane] += static_cast<float>(weight[i + lane]) * x[r * in + i + lane];
        float sum = 0;
        for (; i < in; ++i) sum += static_cast<float>(weight[i]) * x[r * in + i];
        for (float lane : sums) sum += lane;
        out[r * out_stride] = sum;
    }
}

#if defined(__x86_64__)
#define UNIVI_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))
#define UNIVI_AVX2 __attribute__((target("avx2,fma,f16c")))

UNIVI_AVX512 inline __m512 widen16(const float* p) {
    return _mm512_loadu_ps(p);
}
UNIVI_AVX512 inline __m512 widen16(const c10::Half* p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
}
UNIVI_AVX512 inline __m512 widen16(const c10::BFloat16* p) {
    const __m512i wide =
        _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}

template <typename W, int kRows>
UNIVI_AVX512 void dot_avx512_rows(const W* weight, const float* x, std::int64_t in, float* out,
                                  std::int64_t out_stride) {
    __m512 even[kRows], odd[kRows];
    for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm512_setzero_ps();
    std::int64_t i = 0;
    for (; i + 32 <= in; i += 32) {
        const __m512 w0 = widen16(weight + i), w1 = widen16(weight + i + 16);
        for (int r = 0; r < kRows; ++r) {
            even[r] = _mm512_fmadd_ps(w0, _mm512_loadu_ps(x + r * in + i), even[r]);
            odd[r] = _mm512_fmadd_ps(w1, _mm512_loadu_ps(x + r * in + i + 16), odd[r]);
        }
    }
    for (int r = 0; r < kRows; ++r) {
        float sum = _mm512_reduce_add_ps(_mm512_add_ps(even[r], odd[r]));
        for (std::int64_t j = i; j < in; ++j) sum += static_cast<float>(weight[j]) * x[r * in + j];
        out[r * out_stride] = sum;
    }
}

template <typename W>
UNIVI_AVX512 void dot_avx512(const W* weight, const float* x, std::int64_t in, int rows, float* out,
                             std::int64_t stride) {
    switch (rows) {
        case 1:
            return dot_avx512_rows<W, 1>(weight, x, in, out, stride);
        case 2:
            return dot_avx512_rows<W, 2>(weight, x, in, out, stride);
        case 3:
            return dot_avx512_rows<W, 3>(weight, x, in, out, stride);
        default:
            return dot_avx512_rows<W, 4>(weight, x, in, out, stride);
    }
}

UNIVI_AVX2 inline __m256 widen8(const float* p) {
    return _mm256_loadu_ps(p);
}
UNIVI_AVX2 inline __m256 widen8(const c10::Half* p) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}
UNIVI_AVX2 inline __m256 widen8(const c10::BFloat16* p) {
    const __m256i wide =
        _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

template <typename W>
UNIVI_AVX2 void dot_avx2(const W* weight, const float* x, std::int64_t in, int rows, float* out,
                         std::int64_t stride) {
    for (int r = 0; r < rows; ++r) {
        __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(),
                          _mm256_setzero_ps()};
        std::int64_t i = 0;
        for (; i + 32 <= in; i += 32)
            for (int part = 0; part < 4; ++part)
                sums[part] =
                    _mm256_fmadd_ps(widen8(weight + i + 8 * part),
                                    _mm256_loadu_ps(x + r * in + i + 8 * part), sums[part]);
        float lanes[8];
        _mm256_storeu_ps(
            lanes, _mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3])));
        float sum = 0;
        for (; i < in; ++i) sum += static_cast<float>(weight[i]) * x[r * in + i];
        for (float lane : lanes) sum += lane;
        out[r * stride] = sum;
    }
}
#endif

template <typename W>
DotRows<W> choose_dot() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        return dot_avx512<W>;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("f16c"))
        return dot_avx2<W>;
#endif
    return dot_plain<W>;
}

template <typename W>
void run(const at::Tensor& x, const at::Tensor& weight, at::Tensor& out) {
    static const DotRows<W> dot = choose_dot<W>();
    const std::int64_t in = weight.size(1), out_features = weight.size(0);
    const int rows = static_cast<int>(x.size(0));
    const W* weights = static_cast<const W*>(weight.const_data_ptr());
    const float* input = x.const_data_ptr<float>();
    float* result = out.mutable_data_ptr<float>();
    // A share of at least 64k products per thread: below that waking a thread costs more
    // than it saves.
    const std::int64_t grain = std::max<std::int64_t>(1, 65536 / std::max<std::int64_t>(1, in));
    at::parallel_for(0, out_features, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t o = begin; o < end; ++o)
            dot(weights + o * in, input, in, rows, result + o, out_features);
    });
}

}  // namespace

void few_rows_linear(const at::Tensor& x, const at::Tensor& weight, at::Tensor& out) {
    switch (weight.scalar_type()) {
        case c10::kHalf:
            return run<c10::Half>(x, weight, out);
        case c10::kBFloat16:
            return run<c10::BFloat16>(x, weight, out);
        default:
            return run<float>(x, weight, out);
    }
}

}  // namespace univi::model
