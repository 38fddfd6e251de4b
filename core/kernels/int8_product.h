#pragma once

#include <cstdint>

#include "core/kernels/int8_panel.h"
#include "core/kernels/int8_rows.h"
#include "core/kernels/matrix_view.h"

namespace univi::kernels {

/// Multiplies all rows of x with all of the panel, in this thread.
void multiply_panel(const Int8Panel& panel, const Int8Rows& x, const Int8Out& out);

/// Multiplies all rows of x with an Int8 or Int4 matrix in 8-bit integers: out[i * out_stride + o]
/// = row i of x times row o of the matrix, fp32. An Int4 matrix is stored anew in 8 bits, some rows
/// at a time (int4_rows_to_int8). A product depends on its two rows and the instruction set alone,
/// not on the number of rows or threads. Shared out over the worker threads. Fast only where
/// has_int8_products() says so.
void multiply(const MatrixView& matrix, const Int8Rows& x, float* out, std::int64_t out_stride);

}  // namespace univi::kernels
