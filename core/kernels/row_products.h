#pragma once

#include <cstdint>
#include <span>

#include "core/kernels/int8_vectors.h"
#include "core/kernels/matrix_view.h"

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

/// Multiplies rows begin..end-1. Every product is summed in one fixed order that depends on the
/// instruction set and the number of columns alone. Thread-safe.
void multiply_rows(const MatrixView& matrix, const Vectors& vectors, std::int64_t begin,
                   std::int64_t end);

/// A matrix and what it is multiplied with.
struct Product {
    MatrixView matrix;
    Vectors vectors;
};

/// Does several products in one loop, shared out over the process's worker threads.
void multiply(std::span<const Product> products);
/// The same of one.
void multiply(const MatrixView& matrix, const Vectors& vectors);

/// Returns how many rows of a matrix make a piece of work: enough that taking it costs little.
std::int64_t rows_at_once(const MatrixView& matrix);

/// Widens rows begin..end-1 to fp32 [end - begin, columns]. Thread-safe.
void widen_rows(const MatrixView& matrix, std::int64_t begin, std::int64_t end, float* out);
/// The same in bf16 bits, rounded to the nearest.
void widen_rows_to_bf16(const MatrixView& matrix, std::int64_t begin, std::int64_t end,
                        std::uint16_t* out);

}  // namespace univi::kernels
