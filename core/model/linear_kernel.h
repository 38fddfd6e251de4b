#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace univi::model {

/// Most rows of x the dot-product kernel takes.
inline constexpr std::int64_t kMaxKernelRows = 4;

/// out [rows,out_features] = x [rows,in] * weight [out_features,in]^T on the CPU; x and out fp32
/// contiguous, weight fp32, fp16 or bf16 contiguous, 1 <= rows <= kMaxKernelRows. AVX-512, AVX2 or
/// plain code by what the processor has.
void few_rows_linear(const at::Tensor& x, const at::Tensor& weight, at::Tensor& out);

}  // namespace univi::model
