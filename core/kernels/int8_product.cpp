#include "core/kernels/int8_product.h"

#include <algorithm>
#include <vector>

#include "core/kernels/kernel_table.h"
#include "core/kernels/widen_rows.h"
#include "core/kernels/worker_threads.h"

namespace univi::kernels {
namespace {

/// Matrix rows of a piece of work.
constexpr std::int64_t kPieceRows = 32;

/// Rows begin..end-1 of the matrix in 8 bits.
Int8Panel panel_of(const MatrixView& matrix, std::int64_t begin, std::int64_t end) {
    if (matrix.format == MatrixFormat::Int8) return int8_panel(matrix, begin, end);
    thread_local std::vector<std::int8_t> codes;
    thread_local std::vector<float> scales;
    codes.resize(static_cast<std::size_t>(kPieceRows * matrix.columns));
    scales.resize(static_cast<std::size_t>(kPieceRows));
    int4_rows_to_int8(matrix, begin, end, codes.data(), scales.data());
    return {codes.data(), scales.data(), end - begin, matrix.columns};
}

/// Adds the products of the outliers, which have codes of 0.
void add_outliers(const Int8Panel& panel, const Int8Rows& x, const Int8Out& out) {
    const auto& columns = x.columns_apart();
    if (columns.empty()) return;
    thread_local std::vector<float> weights;  // [columns apart, panel.rows]
    weights.resize(columns.size() * static_cast<std::size_t>(panel.rows));
    float* weight = weights.data();
    for (const std::int64_t column : columns)
        for (std::int64_t o = 0; o < panel.rows; ++o)
            *weight++ =
                panel.scales[o] * static_cast<float>(panel.codes[o * panel.columns + column]);
    const auto add = kernel_table().loops.add_outliers;
    for (std::int64_t row = 0; row < x.count(); ++row)
        if (const auto& list = x.outliers(row); !list.empty())
            add(list.data(), std::ssize(list), weights.data(), panel.rows,
                out.at + row * out.stride);
}

}  // namespace

void multiply_panel(const Int8Panel& panel, const Int8Rows& x, const Int8Out& out) {
    kernel_table().int8_products(panel, x.view(), out);
    add_outliers(panel, x, out);
}

void multiply(const MatrixView& matrix, const Int8Rows& x, float* out, std::int64_t out_stride) {
    WorkerThreads::shared().run(matrix.rows, kPieceRows, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t piece = begin; piece < end; piece += kPieceRows)
            multiply_panel(panel_of(matrix, piece, std::min(end, piece + kPieceRows)), x,
                           {out + piece, out_stride});
    });
}

}  // namespace univi::kernels
