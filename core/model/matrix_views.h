#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "core/kernels/matrix_view.h"

namespace univi::model {

/// Returns the format that kernels have for a float type; none for others.
std::optional<kernels::MatrixFormat> format_of(c10::ScalarType type);

/// Returns a contiguous float matrix [rows,columns] on the CPU as kernels take it; nothing for any
/// other tensor. The view borrows the tensor's memory.
std::optional<kernels::MatrixView> matrix_view(const at::Tensor& matrix);

/// x [rows,in] fp32 contiguous times `matrix` [out,in] transposed -> [rows,out] fp32, up to
/// kernels::kMostVectors rows, on as many worker threads as LibTorch has.
at::Tensor few_rows_product(const at::Tensor& x, const kernels::MatrixView& matrix);

/// Lets kernels compute on as many threads as LibTorch does in this thread.
void follow_torch_threads();

}  // namespace univi::model
