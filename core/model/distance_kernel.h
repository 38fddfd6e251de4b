#pragma once

#include <ATen/core/Tensor.h>

namespace univi::model {

/// Pairwise Euclidean distances of x [N,C] (fp32, CPU) divided by sqrt(C): [N,N] fp32, exactly
/// symmetric, exactly 0 on the diagonal and between equal rows. Differences are squared directly
/// (no |a|²+|b|²-2ab cancellation) and summed in one fixed order: the result is the same bit for
/// bit on every processor and thread count.
at::Tensor scaled_distances(const at::Tensor& x);

}  // namespace univi::model
