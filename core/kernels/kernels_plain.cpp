#include <algorithm>
#include <cmath>

#include "core/kernels/half.h"
#include "core/kernels/kernel_table.h"

namespace univi::kernels {
namespace {

constexpr int kLanes = 8;

/// Sums value(i) * x[i] in partial sums, as a vector unit would.
template <typename Value>
float dot(std::int64_t columns, const float* x, const Value& value) {
    float sums[kLanes] = {};
    std::int64_t i = 0;
    for (; i + kLanes <= columns; i += kLanes)
        for (int lane = 0; lane < kLanes; ++lane) sums[lane] += value(i + lane) * x[i + lane];
    float sum = 0;
    for (; i < columns; ++i) sum += value(i) * x[i];
    for (const float lane : sums) sum += lane;
    return sum;
}

template <typename T>
const T* row_of(const MatrixView& matrix, std::int64_t row) {
    return reinterpret_cast<const T*>(static_cast<const std::uint8_t*>(matrix.values) +
                                      row * row_bytes(matrix.format, matrix.columns));
}

template <typename T, typename Widen>
void dot_plain(const MatrixView& matrix, std::int64_t row, const Vectors& vectors, float scale,
               const Widen& widen) {
    const T* values = row_of<T>(matrix, row);
    for (int v = 0; v < vectors.count; ++v)
        vectors.y[v * vectors.y_stride + row] =
            scale * dot(matrix.columns, vectors.x + v * vectors.x_stride,
                        [&](std::int64_t i) { return widen(values[i]); });
}

void dot_f32(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    dot_plain<float>(matrix, row, vectors, 1, [](float value) { return value; });
}

void dot_f16(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    dot_plain<std::uint16_t>(matrix, row, vectors, 1, half_to_float);
}

void dot_bf16(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    dot_plain<std::uint16_t>(matrix, row, vectors, 1, bf16_to_float);
}

void dot_int8(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    const float scale = static_cast<const float*>(matrix.scales)[row];
    dot_plain<std::int8_t>(matrix, row, vectors, scale,
                           [](std::int8_t value) { return static_cast<float>(value); });
}

/// The integers of one group against one vector.
std::int32_t group_sum(const std::uint8_t* codes, const std::int8_t* x, std::int64_t group) {
    constexpr std::int64_t kHalf = kInt4Group / 2;
    const std::int8_t* low = x + Int8Vectors::place(group);
    const std::int8_t* high = low + Int8Vectors::kQuad / 2;
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < kHalf; ++i)
        sum += (codes[i] & 15) * low[i] + (codes[i] >> 4) * high[i];
    return sum;
}

void dot_int4(const MatrixView& matrix, std::int64_t row, const Vectors& vectors) {
    const std::int64_t groups = matrix.columns / kInt4Group;
    const auto* codes = row_of<std::uint8_t>(matrix, row);
    const auto* scales = static_cast<const std::uint16_t*>(matrix.scales) + row * groups;
    for (int v = 0; v < vectors.count; ++v) {
        const Int8Vectors& x = *vectors.int8_groups;
        float sum = 0;
        for (std::int64_t group = 0; group < groups; ++group) {
            const std::int32_t inner =
                group_sum(codes + group * (kInt4Group / 2), x.codes(v), group);
            sum += half_to_float(scales[group]) *
                   (static_cast<float>(inner) * x.scales(v)[group] + x.offsets(v)[group]);
        }
        vectors.y[v * vectors.y_stride + row] = sum;
    }
}

template <typename T, float (*kWiden)(T)>
void row_sum(const MatrixView& matrix, const RowWeights& to) {
    const auto* scales = static_cast<const float*>(matrix.scales);
    for (int v = 0; v < to.count; ++v) {
        float* out = to.out + v * to.out_stride;
        for (std::int64_t i = 0; i < matrix.columns; ++i) out[i] = 0;
        for (std::int64_t row = 0; row < matrix.rows; ++row) {
            const T* values = row_of<T>(matrix, row);
            float weight = to.weights[v * to.stride + row];
            if (scales) weight *= scales[row];
            for (std::int64_t i = 0; i < matrix.columns; ++i) out[i] += weight * kWiden(values[i]);
        }
    }
}

float same(float value) {
    return value;
}

float widen_int8(std::int8_t value) {
    return static_cast<float>(value);
}

void int4_to_int8(const std::uint8_t* codes, const float* factors, std::int64_t groups,
                  std::int8_t* out) {
    constexpr std::int64_t kHalf = kInt4Group / 2;
    for (std::int64_t group = 0; group < groups; ++group) {
        std::int8_t values[16];
        for (int code = 0; code < 16; ++code)
            values[code] = static_cast<std::int8_t>(
                __builtin_nearbyintf(static_cast<float>(code - 8) * factors[group]));
        const std::uint8_t* from = codes + group * kHalf;
        std::int8_t* to = out + group * kInt4Group;
        for (std::int64_t i = 0; i < kHalf; ++i) {
            to[i] = values[from[i] & 15];
            to[i + kHalf] = values[from[i] >> 4];
        }
    }
}

std::int32_t span_sum(const std::int8_t* row, const std::int8_t* codes, std::int64_t size) {
    std::int32_t sum = 0;
    for (std::int64_t i = 0; i < size; ++i) sum += row[i] * codes[i];
    return sum;
}

void int8_products(const Int8Panel& panel, const Int8RowsView& x, const Int8Out& out) {
    for (std::int64_t i = 0; i < x.count; ++i)
        for (std::int64_t o = 0; o < panel.rows; ++o) {
            const std::int8_t* row = panel.codes + o * panel.columns;
            float sum = 0;
            for (std::int64_t span = 0; span < x.spans; ++span) {
                const std::int64_t at = span * kInt8Span;
                sum =
                    std::fma(static_cast<float>(span_sum(row + at, x.codes(i) + at,
                                                         std::min(kInt8Span, panel.columns - at))),
                             x.scales(i)[span], sum);
            }
            out.at[i * out.stride + o] = panel.scales[o] * sum;
        }
}

#define UNIVI_TARGET
#include "core/kernels/vector_ops.inc"

}  // namespace

const KernelTable& plain_kernels() {
    static constexpr KernelTable all{
        {each_row<dot_f32>, each_row<dot_f16>, each_row<dot_bf16>, each_row<dot_int8>,
         each_row<dot_int4>},
        {row_sum<float, same>, row_sum<std::uint16_t, half_to_float>,
         row_sum<std::uint16_t, bf16_to_float>, row_sum<std::int8_t, widen_int8>},
        kVectorLoops,
        int4_to_int8,
        int8_products,
        nullptr,
        nullptr,
        false};
    return all;
}

}  // namespace univi::kernels
