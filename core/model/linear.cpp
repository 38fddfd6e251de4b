#include "core/model/linear.h"

#include "core/kernels/row_products.h"
#include "core/model/matrix_views.h"

namespace univi::model {
namespace {

/// Elements of weight widened at a time: 2M fp32 values are 8 MB, a share of the last-level cache.
constexpr std::int64_t kBlockElements = std::int64_t{1} << 21;

bool needs_gradient(const at::Tensor& x, const at::Tensor& weight) {
    return at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
}

at::Tensor blockwise(const at::Tensor& x, const at::Tensor& weight) {
    const std::int64_t out_features = weight.size(0);
    const std::int64_t block =
        std::max<std::int64_t>(64, kBlockElements / std::max<std::int64_t>(1, weight.size(1)));
    if (out_features <= block) return at::linear(x, weight.to(x.scalar_type()));
    at::Tensor out = at::empty({x.size(0), out_features}, x.options());
    for (std::int64_t begin = 0; begin < out_features; begin += block) {
        const std::int64_t count = std::min(block, out_features - begin);
        const at::Tensor widened = weight.narrow(0, begin, count).to(x.scalar_type());
        out.narrow(1, begin, count).copy_(at::linear(x, widened));
    }
    return out;
}

at::Tensor product(const at::Tensor& rows, const at::Tensor& weight) {
    if (rows.size(0) >= 1 && rows.size(0) <= kernels::kMostVectors && rows.is_cpu()) {
        if (const auto matrix = matrix_view(weight))
            return few_rows_product(rows.to(c10::kFloat).contiguous(), *matrix)
                .to(rows.scalar_type());
    }
    if (weight.scalar_type() == rows.scalar_type()) return at::linear(rows, weight);
    return blockwise(rows, weight);
}

}  // namespace

at::Tensor apply_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    if (needs_gradient(x, weight)) {
        const at::Tensor same = weight.to(x.scalar_type());
        return bias.defined() ? at::linear(x, same, bias.to(x.scalar_type())) : at::linear(x, same);
    }
    std::vector<std::int64_t> shape = x.sizes().vec();
    at::Tensor out = product(x.reshape({-1, weight.size(1)}), weight);
    if (bias.defined()) out.add_(bias);
    shape.back() = weight.size(0);
    return out.view(shape);
}

}  // namespace univi::model
