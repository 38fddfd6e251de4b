#pragma once

#include <ATen/core/Tensor.h>

namespace univi::model {

/// x [..,in] times weight [out,in] transposed plus bias [out] (may be undefined) -> [..,out] in x's
/// dtype. The weight may be stored in another float type than x: for a few rows it is widened
/// inside the dot products, for many rows block by block, so a mapped fp16 checkpoint is never
/// copied as a whole. Differentiable; without gradients the few-row path sums every output in one
/// fixed order, whatever the thread count.
at::Tensor apply_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

}  // namespace univi::model
