#pragma once

#include <ATen/core/Tensor.h>

#include "core/kernels/matrix_view.h"

namespace univi::model {

/// rows [n,in] of any float type times `matrix` (Int8 or Int4) transposed -> [n,out] in the rows'
/// type or fp32, for many rows: in 8-bit integers where the processor multiplies those
/// (kernels::Int8Rows), else with one part of the matrix after the other, widened to bf16 where it
/// multiplies bf16, or to fp32.
at::Tensor many_rows_product(const at::Tensor& rows, const kernels::MatrixView& matrix);

}  // namespace univi::model
