#pragma once

#include <cstdint>

namespace univi::kernels {

/// Values along a row in 8 bits that share a scale.
inline constexpr std::int64_t kInt8Span = 512;
/// What a code of 0 is stored as: VNNI multiplies unsigned with signed bytes.
inline constexpr int kInt8Zero = 128;
/// Rows are padded to whole blocks; the padding holds any codes.
inline constexpr std::int64_t kInt8Block = 64;

/// Rows in 8 bits, in memory of somebody else.
struct Int8RowsView {
    const std::uint8_t* all_codes;  ///< code + kInt8Zero, 1 to 255
    const float* all_scales;        ///< what a step of a code stands for
    std::int64_t count, width, spans;

    const std::uint8_t* codes(std::int64_t row) const { return all_codes + row * width; }
    const float* scales(std::int64_t row) const { return all_scales + row * spans; }
};

/// Rows [rows, columns] of a matrix in 8 bits, a scale each.
struct Int8Panel {
    const std::int8_t* codes;
    const float* scales;
    std::int64_t rows, columns;
};

/// Where products go: row i of x with row o of the panel to at[i * stride + o].
struct Int8Out {
    float* at;
    std::int64_t stride;
};

}  // namespace univi::kernels
