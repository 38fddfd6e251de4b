#pragma once

#include <cstdint>

#include "core/kernels/int8_vectors.h"

namespace univi::kernels {

/// Most vectors that one pass over a matrix serves.
inline constexpr int kMostVectors = 4;

/// What a matrix is multiplied with, and where the products go: vector v is x[v * x_stride ..] and
/// its product with row o is y[v * y_stride + o]. 1 <= count <= kMostVectors. `int8` holds the same
/// vectors for a 4-bit matrix; multiply() makes it where it is not given.
struct Vectors {
    const float* x = nullptr;
    std::int64_t x_stride = 0;
    int count = 1;
    float* y = nullptr;
    std::int64_t y_stride = 0;
    const Int8Vectors* int8 = nullptr;
};

}  // namespace univi::kernels
