#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

#include "core/model/quantized_weight.h"

namespace univi::model {

/// x [..,in] times `weight` transposed -> [..,out] in x's dtype. Differentiable in x; neither
/// forward nor backward keeps the widened matrix: it is made again for backward. The graph shares
/// `weight`. In inference mode, on the CPU: a few rows are multiplied with the codes themselves,
/// Int4's in 8-bit integers (kernels::Int8Vectors); many rows as many_rows_product() says. Training
/// has one way of its own, so that a layer that is computed again gives the same bits.
at::Tensor quantized_linear(const at::Tensor& x,
                            const std::shared_ptr<const QuantizedWeight>& weight);

}  // namespace univi::model
