#pragma once

#include <cstdint>

#include "core/kernels/matrix_view.h"

namespace univi::kernels {

/// Widens rows begin..end-1 to fp32 [end - begin, columns]. Thread-safe.
void widen_rows(const MatrixView& matrix, std::int64_t begin, std::int64_t end, float* out);
/// The same in bf16 bits, rounded to the nearest.
void widen_rows_to_bf16(const MatrixView& matrix, std::int64_t begin, std::int64_t end,
                        std::uint16_t* out);

/// Stores rows begin..end-1 of an Int4 matrix anew with one scale a row: out [end - begin,
/// columns], scales [end - begin]. Adds to a value's error at most 1/254 of its row's largest.
/// Thread-safe.
void int4_rows_to_int8(const MatrixView& matrix, std::int64_t begin, std::int64_t end,
                       std::int8_t* out, float* scales);

}  // namespace univi::kernels
