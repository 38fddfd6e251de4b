#pragma once

#include <cstdint>

#include "core/kernels/int8_panel.h"
#include "core/kernels/matrix_view.h"
#include "core/kernels/vectors.h"

namespace univi::kernels {

/// Multiplies one row of a matrix with all vectors.
using RowDot = void (*)(const MatrixView& matrix, std::int64_t row, const Vectors& vectors);
/// Multiplies rows begin..end-1 of a matrix with all vectors. A row's products do not depend on
/// which rows come with it.
using RowsDot = void (*)(const MatrixView& matrix, std::int64_t begin, std::int64_t end,
                         const Vectors& vectors);
/// Each out [columns] = sum of weights[i] * row i over rows 0..matrix.rows-1.
using RowSum = void (*)(const MatrixView& matrix, const RowWeights& weights);

/// The rows of a format whose rows are multiplied one by one.
template <RowDot kDot>
void each_row(const MatrixView& matrix, std::int64_t begin, std::int64_t end,
              const Vectors& vectors) {
    for (std::int64_t row = begin; row < end; ++row) kDot(matrix, row, vectors);
}

/// Loops over vectors, as vector_ops.h says of the functions of these names.
struct VectorLoops {
    void (*rms_norm)(const float* x, const float* weight, double eps, std::int64_t size,
                     float* out);
    void (*softmax)(float* values, std::int64_t size);
    void (*swiglu)(float* gate, const float* up, std::int64_t size);
    /// Sum of exp(values - largest).
    float (*sum_of_exponentials)(const float* values, float largest, std::int64_t size);
    std::uint32_t (*sum_words)(const std::uint32_t* words, std::int64_t size);
    float (*sum_of_magnitudes)(const float* values, std::int64_t size);
    /// codes = the nearest steps of values in -127..127, *sum = their sum; returns what a step
    /// stands for.
    float (*to_int8)(const float* values, std::int64_t size, std::int8_t* codes, std::int32_t* sum);
    /// out [size] += scales [size] times the sum of value * column number `place` over the
    /// outliers.
    void (*add_outliers)(const Int8Outlier* outliers, std::int64_t count,
                         const Int8Columns& columns, const float* scales, std::int64_t size,
                         float* out);
};

/// Multiplies all rows of x with all of the panel. Every instruction set gives the same bits: the
/// integers of a span are summed up exactly, each span's sum times its scale is added to the ones
/// before in one rounding, and the panel's scale comes last.
using Int8Products = void (*)(const Int8Panel& panel, const Int8RowsView& x, const Int8Out& out);
/// block = a block of Int8BlocksView of `count` <= kInt8Lanes rows of codes, `width` apart.
using PackInt8Block = void (*)(const std::int8_t* codes, std::int64_t width, std::int64_t count,
                               std::uint8_t* block);

/// The kernels of one instruction set.
struct KernelTable {
    RowsDot dot[5];     ///< one a MatrixFormat, in its order
    RowSum row_sum[4];  ///< F32, F16, BF16, Int8
    VectorLoops loops;
    /// out [groups * kInt4Group] = each 4-bit value times factors[its group], rounded to the
    /// nearest integer. Products stay within -127..127.
    void (*int4_to_int8)(const std::uint8_t* codes, const float* factors, std::int64_t groups,
                         std::int8_t* out);
    Int8Products int8_products;
    PackInt8Block pack_int8_block;  ///< null where int8_products takes no blocks
    /// codes [panel.columns, stride] = all columns of the panel, stride as in Int8Columns; what
    /// lies behind the panel's rows is anything. Null where nothing is faster than one by one.
    void (*transpose_panel)(const Int8Panel& panel, std::int64_t stride, std::int8_t* codes);
    bool splits_bf16;  ///< dot of bf16 takes Vectors::split
};

/// Returns the table of instruction_set().
const KernelTable& kernel_table();

/// What every processor runs; the twin that the others are tested against.
const KernelTable& plain_kernels();
#if defined(__x86_64__)
/// Only where instruction_set() says so.
const KernelTable& avx2_kernels();
const KernelTable& avx512_kernels();
const KernelTable& amx_kernels();
/// Only where has_int8_products() says so.
RowsDot vnni_int4_dot();
Int8Products vnni_int8_products();
PackInt8Block vnni_pack_int8_block();
#endif

}  // namespace univi::kernels
