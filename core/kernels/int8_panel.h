#pragma once

#include <cstdint>

#include "core/kernels/matrix_view.h"

namespace univi::kernels {

/// Values along a row in 8 bits that share a scale.
inline constexpr std::int64_t kInt8Span = 2048;
/// Rows are padded to whole blocks with zeros.
inline constexpr std::int64_t kInt8Block = 64;

/// Rows that a block holds interleaved: as many as a vector or a tile has lanes.
inline constexpr std::int64_t kInt8Lanes = 16;

/// The same rows once more, kInt8Lanes to a block, for kernels that multiply many at once. The last
/// block is filled up with rows of zeros, whose scales are 0.
struct Int8BlocksView {
    /// [count, width / 4, kInt8Lanes, 4] code + 128: four neighbours of a row, then the same four
    /// of the next
    const std::uint8_t* all_codes;
    const float* all_scales;  ///< [count, spans, kInt8Lanes]
    std::int64_t count;       ///< 0 where nobody takes blocks
};

/// Rows in 8 bits, in memory of somebody else.
struct Int8RowsView {
    const std::int8_t* all_codes;  ///< -127 to 127
    const float* all_scales;       ///< what a step of a code stands for
    const std::int32_t* all_sums;  ///< of a span's codes
    std::int64_t count, width, spans;
    Int8BlocksView blocks;

    const std::int8_t* codes(std::int64_t row) const { return all_codes + row * width; }
    const float* scales(std::int64_t row) const { return all_scales + row * spans; }
    const std::int32_t* sums(std::int64_t row) const { return all_sums + row * spans; }
};

/// A value of a row that stands apart from the codes (Int8Rows): it has the code 0, and its column
/// is number `place` of Int8Rows::columns_apart().
struct Int8Outlier {
    std::int64_t place;
    float value;
};

/// Rows [rows, columns] of a matrix in 8 bits, a scale each.
struct Int8Panel {
    const std::int8_t* codes;
    const float* scales;
    std::int64_t rows, columns;
};

/// Returns rows begin..end-1 of an Int8 matrix.
inline Int8Panel int8_panel(const MatrixView& matrix, std::int64_t begin, std::int64_t end) {
    return {static_cast<const std::int8_t*>(matrix.values) + begin * matrix.columns,
            static_cast<const float*>(matrix.scales) + begin, end - begin, matrix.columns};
}

/// Columns of a panel that stand apart, one after the other.
struct Int8Columns {
    const std::int8_t* codes;  ///< of column i and row o: codes[i * stride + o]
    std::int64_t stride;       ///< a multiple of kInt8Strip, not less than the panel's rows
};
/// Rows of a panel that a column is read for at a time.
inline constexpr std::int64_t kInt8Strip = 32;

/// Where products go: row i of x with row o of the panel to at[i * stride + o].
struct Int8Out {
    float* at;
    std::int64_t stride;
};

}  // namespace univi::kernels
