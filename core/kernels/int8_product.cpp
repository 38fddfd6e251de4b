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

/// The columns of x.columns_apart(), in memory of this thread until the next call.
Int8Columns columns_of(const Int8Panel& panel, const std::vector<std::int64_t>& columns) {
    thread_local std::vector<std::int8_t> codes;
    const std::int64_t stride = (panel.rows + kInt8Strip - 1) / kInt8Strip * kInt8Strip;
    codes.resize(columns.size() * static_cast<std::size_t>(stride));
    const auto transpose = kernel_table().transpose_panel;
    if (transpose && std::ssize(columns) == panel.columns) {
        transpose(panel, stride, codes.data());
        return {codes.data(), stride};
    }
    for (std::int64_t o = 0; o < panel.rows; ++o) {
        const std::int8_t* row = panel.codes + o * panel.columns;
        std::int8_t* to = codes.data() + o;
        for (const std::int64_t column : columns) {
            *to = row[column];
            to += stride;
        }
    }
    return {codes.data(), stride};
}

/// Adds the products of the outliers, which have codes of 0.
void add_outliers(const Int8Panel& panel, const Int8Rows& x, const Int8Out& out) {
    if (x.columns_apart().empty()) return;
    const Int8Columns columns = columns_of(panel, x.columns_apart());
    const auto add = kernel_table().loops.add_outliers;
    for (std::int64_t row = 0; row < x.count(); ++row)
        if (const auto& list = x.outliers(row); !list.empty())
            add(list.data(), std::ssize(list), columns, panel.scales, panel.rows,
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
