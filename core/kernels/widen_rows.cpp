#include "core/kernels/widen_rows.h"

#include <vector>

#include "core/kernels/half.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/pack_loops.h"

namespace univi::kernels {
namespace {

template <typename Convert>
void widen(const MatrixView& matrix, std::int64_t begin, std::int64_t end, const Convert& put) {
    const std::int64_t columns = matrix.columns;
    const auto* bytes = static_cast<const std::uint8_t*>(matrix.values);
    for (std::int64_t row = begin; row < end; ++row) {
        const std::uint8_t* values = bytes + row * row_bytes(matrix.format, columns);
        const std::int64_t at = (row - begin) * columns;
        switch (matrix.format) {
            case MatrixFormat::F32:
                for (std::int64_t i = 0; i < columns; ++i)
                    put(at + i, reinterpret_cast<const float*>(values)[i]);
                break;
            case MatrixFormat::F16:
                for (std::int64_t i = 0; i < columns; ++i)
                    put(at + i, half_to_float(reinterpret_cast<const std::uint16_t*>(values)[i]));
                break;
            case MatrixFormat::BF16:
                for (std::int64_t i = 0; i < columns; ++i)
                    put(at + i, bf16_to_float(reinterpret_cast<const std::uint16_t*>(values)[i]));
                break;
            case MatrixFormat::Int8: {
                const float scale = static_cast<const float*>(matrix.scales)[row];
                for (std::int64_t i = 0; i < columns; ++i)
                    put(at + i,
                        static_cast<float>(reinterpret_cast<const std::int8_t*>(values)[i]) *
                            scale);
                break;
            }
            case MatrixFormat::Int4: {
                const auto* scales =
                    static_cast<const std::uint16_t*>(matrix.scales) + row * (columns / kInt4Group);
                for (std::int64_t group = 0; group < columns / kInt4Group; ++group) {
                    const float scale = half_to_float(scales[group]);
                    const std::uint8_t* codes = values + group * (kInt4Group / 2);
                    const std::int64_t to = at + group * kInt4Group;
                    for (std::int64_t i = 0; i < kInt4Group / 2; ++i) {
                        put(to + i, static_cast<float>((codes[i] & 15) - 8) * scale);
                        put(to + i + kInt4Group / 2,
                            static_cast<float>((codes[i] >> 4) - 8) * scale);
                    }
                }
                break;
            }
        }
    }
}

}  // namespace

void widen_rows(const MatrixView& matrix, std::int64_t begin, std::int64_t end, float* out) {
    if (matrix.format == MatrixFormat::F16) {
        const auto* halves = static_cast<const std::uint16_t*>(matrix.values);
        pack_loops().widen_halves(halves + begin * matrix.columns, (end - begin) * matrix.columns,
                                  out);
        return;
    }
    widen(matrix, begin, end, [out](std::int64_t at, float value) { out[at] = value; });
}

void widen_rows_to_bf16(const MatrixView& matrix, std::int64_t begin, std::int64_t end,
                        std::uint16_t* out) {
    widen(matrix, begin, end,
          [out](std::int64_t at, float value) { out[at] = float_to_bf16(value); });
}

void int4_rows_to_int8(const MatrixView& matrix, std::int64_t begin, std::int64_t end,
                       std::int8_t* out, float* scales) {
    const std::int64_t groups = matrix.columns / kInt4Group;
    std::vector<float> factors(static_cast<std::size_t>(groups));
    const PackLoops& loops = pack_loops();
    for (std::int64_t row = begin; row < end; ++row) {
        const auto* own = static_cast<const std::uint16_t*>(matrix.scales) + row * groups;
        loops.widen_halves(own, groups, factors.data());
        const float largest = loops.largest_magnitude(factors.data(), groups);
        const float scale = largest > 0 ? 8 * largest / 127 : 1;
        for (float& factor : factors) factor /= scale;
        const std::int64_t at = row - begin;
        scales[at] = scale;
        kernel_table().int4_to_int8(
            static_cast<const std::uint8_t*>(matrix.values) + row * (matrix.columns / 2),
            factors.data(), groups, out + at * matrix.columns);
    }
}

}  // namespace univi::kernels
