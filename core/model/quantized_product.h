#pragma once

#include <ATen/core/Tensor.h>

#include "core/kernels/matrix_view.h"
#include "core/model/quantized_weight.h"

namespace univi::model {

/// rows [n,in] of any float type times `weight`, whose view on the CPU is `matrix`, transposed ->
/// [n,out] in the rows' type or fp32, for many rows: in 8-bit integers where the processor
/// multiplies those (a scale for each row, columns of outliers apart), else with one part of the
/// matrix after the other, widened to bf16 where it multiplies bf16, or to fp32.
at::Tensor many_rows_product(const at::Tensor& rows, const QuantizedWeight& weight,
                             const kernels::MatrixView& matrix);

}  // namespace univi::model
