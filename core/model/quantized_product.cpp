#include "core/model/quantized_product.h"

#include <algorithm>

#include "core/kernels/cpu_features.h"
#include "core/kernels/int8_product.h"
#include "core/kernels/widen_rows.h"
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

/// rows [n,in] fp32 times the matrix transposed -> [n,out] fp32, both in 8-bit integers: what the
/// processor multiplies fastest.
at::Tensor int8_product(const at::Tensor& rows, const kernels::MatrixView& matrix) {
    follow_torch_threads();
    const kernels::Int8Rows x(rows.const_data_ptr<float>(), matrix.columns, rows.size(0),
                              matrix.columns);
    at::Tensor out = at::empty({rows.size(0), matrix.rows}, rows.options());
    kernels::multiply(matrix, x, out.mutable_data_ptr<float>(), matrix.rows);
    return out;
}

}  // namespace

at::Tensor many_rows_product(const at::Tensor& rows, const kernels::MatrixView& matrix) {
    if (kernels::has_int8_products())
        return int8_product(rows.to(c10::kFloat).contiguous(), matrix);
    return product_in_parts(rows, matrix);
}

}  // namespace univi::model
