#include "core/model/matrix_views.h"

#include <ATen/Parallel.h>

#include "core/kernels/row_products.h"
#include "core/kernels/worker_threads.h"

namespace univi::model {

std::optional<kernels::MatrixFormat> format_of(c10::ScalarType type) {
    switch (type) {
        case c10::kFloat:
            return kernels::MatrixFormat::F32;
        case c10::kHalf:
            return kernels::MatrixFormat::F16;
        case c10::kBFloat16:
            return kernels::MatrixFormat::BF16;
        default:
            return std::nullopt;
    }
}

std::optional<kernels::MatrixView> matrix_view(const at::Tensor& matrix) {
    const auto format = format_of(matrix.scalar_type());
    if (!format || !matrix.is_cpu() || matrix.dim() != 2 || !matrix.is_contiguous())
        return std::nullopt;
    return kernels::MatrixView{*format, matrix.size(0), matrix.size(1), matrix.const_data_ptr(),
                               nullptr};
}

at::Tensor few_rows_product(const at::Tensor& x, const kernels::MatrixView& matrix) {
    at::Tensor out = at::empty({x.size(0), matrix.rows}, x.options());
    follow_torch_threads();
    kernels::multiply(matrix,
                      {x.const_data_ptr<float>(), matrix.columns, static_cast<int>(x.size(0)),
                       out.mutable_data_ptr<float>(), matrix.rows});
    return out;
}

void follow_torch_threads() {
    kernels::WorkerThreads::shared().use_threads(at::get_num_threads());
}

}  // namespace univi::model
