#pragma once

#include <cstdint>

namespace univi::kernels {

/// Stores one row in 8 bits: codes [columns], value = code * scale, with scale the largest
/// magnitude / 127 (1 for a row of zeros).
void pack_int8_row(const float* row, std::int64_t columns, std::int8_t* codes, float* scale);

/// Stores one row in 4 bits: codes [groups * kInt4Group / 2] and fp16 scales [groups], as
/// MatrixView has them; groups = columns / kInt4Group, rounded up, the row padded with zeros. Of
/// several scales a group takes the one with the least squared error.
void pack_int4_row(const float* row, std::int64_t columns, std::uint8_t* codes,
                   std::uint16_t* scales);

}  // namespace univi::kernels
