#pragma once

#include <cstdint>
#include <span>

#include "core/kernels/matrix_view.h"
#include "core/kernels/vectors.h"

namespace univi::kernels {

/// Multiplies rows begin..end-1; the vectors are there in the form that the format takes. Every
/// product is summed in one fixed order that depends on the
/// instruction set and the number of columns alone. Thread-safe.
void multiply_rows(const MatrixView& matrix, const Vectors& vectors, std::int64_t begin,
                   std::int64_t end);

/// A matrix and what it is multiplied with.
struct Product {
    MatrixView matrix;
    Vectors vectors;
};

/// Does several products in one loop, shared out over the process's worker threads. Vectors that
/// several products take are brought into another form once.
void multiply(std::span<const Product> products);
/// The same of one.
void multiply(const MatrixView& matrix, const Vectors& vectors);

}  // namespace univi::kernels
