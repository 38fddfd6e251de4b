#include "core/model/quantized_product.h"

#include <algorithm>

#include "core/kernels/cpu_features.h"
#include "core/kernels/row_products.h"
#include "core/kernels/worker_threads.h"
#include "core/model/matrix_views.h"

namespace univi::model {
namespace {

/// Elements of a matrix that are widened at a time: in bf16 they fill a part of the last cache.
constexpr std::int64_t kPartElements = std::int64_t{1} << 21;

/// rows [n,in] times the matrix transposed -> [n,out], n large: one part of the matrix is widened
/// after the other.
at::Tensor product_in_parts(const at::Tensor& rows, const kernels::MatrixView& matrix) {
    const bool bf16 = kernels::has_bf16_products();
    const at::Tensor x = rows.to(bf16 ? c10::kBFloat16 : c10::kFloat);
    const std::int64_t part =
        std::min(matrix.rows, std::max<std::int64_t>(64, kPartElements / matrix.columns));
    at::Tensor out = at::empty({rows.size(0), matrix.rows}, rows.options());
    at::Tensor wide = at::empty({part, matrix.columns}, x.options());
    follow_torch_threads();
    for (std::int64_t begin = 0; begin < matrix.rows; begin += part) {
        const std::int64_t count = std::min(part, matrix.rows - begin);
        kernels::WorkerThreads::shared().run(count, 16, [&](std::int64_t from, std::int64_t to) {
            void* place = static_cast<std::byte*>(wide.mutable_data_ptr()) +
                          from * matrix.columns * (bf16 ? 2 : 4);
            if (bf16)
                kernels::widen_rows_to_bf16(matrix, begin + from, begin + to,
                                            static_cast<std::uint16_t*>(place));
            else
                kernels::widen_rows(matrix, begin + from, begin + to, static_cast<float*>(place));
        });
        out.narrow(1, begin, count).copy_(at::linear(x, wide.narrow(0, 0, count)));
    }
    return out;
}

/// A column of x that is this many times as large as the mean magnitude is multiplied by itself:
/// beside it, 8 bits would leave little of the others (LLM.int8(), arXiv 2208.07339). With 12 the
/// logits of SmolLM2-135M in int8 are as near to fp32 as with fp32 activations (KL 0.006 and
/// 0.005); with 40 they are not (0.020).
constexpr double kOutlier = 12;

/// Rows [n,in] in 8 bits: codes int8 [n,in] and scales fp32 [n,1]; `outliers` (may be empty) are
/// columns that are left out.
struct Int8Rows {
    at::Tensor codes, scales, outliers;
};

Int8Rows to_int8_rows(const at::Tensor& rows) {
    const at::Tensor sizes = rows.abs();
    Int8Rows result;
    result.outliers = at::nonzero(sizes.amax(0) > sizes.mean() * kOutlier).view({-1});
    const at::Tensor kept =
        result.outliers.numel() > 0 ? rows.index_fill(1, result.outliers, 0) : rows;
    result.scales = kept.abs().amax(1, /*keepdim=*/true).clamp_min(1e-30) / 127;
    result.codes = (kept / result.scales).round_().to(c10::kChar);
    return result;
}

/// Rows begin.. of the matrix in 8 bits, [count,in] and [count]: Int8's own memory, or Int4's made
/// anew in `buffer`.
QuantizedWeight::Parts int8_part(const QuantizedWeight& weight, const kernels::MatrixView& matrix,
                                 std::int64_t begin, std::int64_t count, const at::Tensor& buffer) {
    if (matrix.format == kernels::MatrixFormat::Int8) {
        const QuantizedWeight::Parts own = weight.parts();
        return {own.codes.narrow(0, begin, count), own.scales.narrow(0, begin, count)};
    }
    const at::Tensor codes = buffer.narrow(0, 0, count), scales = at::empty({count}, c10::kFloat);
    auto* to = codes.mutable_data_ptr<std::int8_t>();
    auto* scale = scales.mutable_data_ptr<float>();
    kernels::WorkerThreads::shared().run(count, 16, [&](std::int64_t from, std::int64_t end) {
        kernels::int4_rows_to_int8(matrix, begin + from, begin + end, to + from * matrix.columns,
                                   scale + from);
    });
    return {codes, scales};
}

/// rows [n,in] fp32 times the matrix transposed -> [n,out] fp32, both in 8-bit integers: what the
/// processor multiplies fastest.
at::Tensor int8_product(const at::Tensor& rows, const QuantizedWeight& weight,
                        const kernels::MatrixView& matrix) {
    const Int8Rows x = to_int8_rows(rows);
    const bool int4 = matrix.format == kernels::MatrixFormat::Int4;
    const std::int64_t part =
        int4 ? std::min(matrix.rows, std::max<std::int64_t>(64, kPartElements / matrix.columns))
             : matrix.rows;
    const at::Tensor buffer = at::empty({int4 ? part : 0, matrix.columns}, c10::kChar);
    at::Tensor out = at::empty({rows.size(0), matrix.rows}, rows.options());
    follow_torch_threads();
    for (std::int64_t begin = 0; begin < matrix.rows; begin += part) {
        const std::int64_t count = std::min(part, matrix.rows - begin);
        const auto [codes, scales] = int8_part(weight, matrix, begin, count, buffer);
        at::Tensor product = out.narrow(1, begin, count);
        product.copy_(at::_int_mm(x.codes, codes.t())).mul_(x.scales).mul_(scales.unsqueeze(0));
        if (x.outliers.numel() > 0)
            product.add_(at::linear(
                rows.index_select(1, x.outliers),
                codes.index_select(1, x.outliers).to(c10::kFloat) * scales.unsqueeze(1)));
    }
    return out;
}

}  // namespace

at::Tensor many_rows_product(const at::Tensor& rows, const QuantizedWeight& weight,
                             const kernels::MatrixView& matrix) {
    if (kernels::has_int8_products())
        return int8_product(rows.to(c10::kFloat).contiguous(), weight, matrix);
    return product_in_parts(rows, matrix);
}

}  // namespace univi::model
