#pragma once

#include <cstdint>

#include "core/kernels/int8_vectors.h"

namespace univi::kernels {

class Int8Rows;

/// Most vectors that one pass over a matrix serves.
inline constexpr int kMostVectors = 4;

/// What a matrix is multiplied with, and where the products go: vector v is x[v * x_stride ..] and
/// its product with row o is y[v * y_stride + o]. 1 <= count <= kMostVectors. multiply() makes what
/// holds the same vectors in 8 bits.
struct Vectors {
    const float* x = nullptr;
    std::int64_t x_stride = 0;
    int count = 1;
    float* y = nullptr;
    std::int64_t y_stride = 0;
    const Int8Vectors* int8_groups = nullptr;  ///< for a 4-bit matrix
    /// for an 8-bit matrix where the processor multiplies 8-bit integers
    const Int8Rows* int8_rows = nullptr;
};

}  // namespace univi::kernels
