#pragma once

#include <cstdint>

#include "core/kernels/int8_vectors.h"

namespace univi::kernels {

class Int8Rows;
class SplitVectors;

/// Most vectors that one pass over a matrix serves.
inline constexpr int kMostVectors = 4;

/// What a matrix is multiplied with, and where the products go: vector v is x[v * x_stride ..] and
/// its product with row o is y[v * y_stride + o]. 1 <= count <= kMostVectors. multiply() makes what
/// holds the same vectors in other forms.
struct Vectors {
    const float* x = nullptr;
    std::int64_t x_stride = 0;
    int count = 1;
    float* y = nullptr;
    std::int64_t y_stride = 0;
    const Int8Vectors* int8_groups = nullptr;  ///< for a 4-bit matrix
    const SplitVectors* split = nullptr;       ///< for bf16 where kernels take them
    /// for an 8-bit matrix where the processor multiplies 8-bit integers
    const Int8Rows* int8_rows = nullptr;
};

/// Weights of the rows of a matrix, and where the sums go: weight vector v is weights[v * stride
/// ..] and its sum of all rows is out[v * out_stride ..]. 1 <= count <= kMostVectors.
struct RowWeights {
    const float* weights = nullptr;
    std::int64_t stride = 0;
    int count = 1;
    float* out = nullptr;
    std::int64_t out_stride = 0;
};

}  // namespace univi::kernels
