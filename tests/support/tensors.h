#pragma once

#include <ATen/ATen.h>

#include <limits>

namespace univi::test {

/// Returns |a-b| / |b| in fp64; infinity when the numbers of elements differ.
inline double relative_error(const at::Tensor& actual, const at::Tensor& expected) {
    const at::Tensor a = actual.detach().to(c10::kCPU, c10::kDouble).flatten();
    const at::Tensor b = expected.detach().to(c10::kCPU, c10::kDouble).flatten();
    if (a.numel() != b.numel()) return std::numeric_limits<double>::infinity();
    return ((a - b).norm() / (b.norm() + 1e-30)).item<double>();
}

/// Returns whether both hold the same integers, whatever their width and leading dimensions of one.
inline bool same_integers(const at::Tensor& actual, const at::Tensor& expected) {
    return actual.numel() == expected.numel() &&
           at::equal(actual.flatten().to(c10::kLong), expected.flatten().to(c10::kLong));
}

}  // namespace univi::test
