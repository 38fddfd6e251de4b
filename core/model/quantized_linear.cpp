#include "core/model/quantized_linear.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/kernels/vectors.h"
#include "core/model/decode_ops.h"
#include "core/model/device_kernels.h"
#include "core/model/graph_capsule.h"
#include "core/model/matrix_views.h"
#include "core/model/quantized_product.h"

namespace univi::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using SharedWeight = std::shared_ptr<const QuantizedWeight>;

struct QuantizedProduct : torch::autograd::Function<QuantizedProduct> {
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x,
                              const SharedWeight& weight) {
        context->saved_data["weight"] = to_capsule(weight);
        return at::linear(x, weight->dequantize(x.scalar_type()));
    }
    static variable_list backward(AutogradContext* context, variable_list gradients) {
        const auto& weight = from_capsule<SharedWeight>(context->saved_data["weight"]);
        const at::Tensor& gradient = gradients[0];
        return {at::matmul(gradient, weight->dequantize(gradient.scalar_type())), {}};
    }
};

/// True for few rows on a device that multiplies them with the codes themselves.
bool on_device_kernels(const at::Tensor& x, const QuantizedWeight& weight) {
    const bool int8 = weight.how().kind == Quantization::Kind::Int8,
               int4 = weight.how().kind == Quantization::Kind::Int4;
    const std::int64_t in = weight.in_features(), rows = x.numel() / in;
    return !x.is_cpu() && c10::InferenceMode::is_enabled() && rows >= 1 &&
           rows <= kMostProductRows && ((int8 && in % 8 == 0) || (int4 && in % 32 == 0)) &&
           has_device_kernel("univi::quantized_product", x.device());
}

}  // namespace

at::Tensor quantized_linear(const at::Tensor& x,
                            const std::shared_ptr<const QuantizedWeight>& weight) {
    if (at::GradMode::is_enabled() && x.requires_grad()) return QuantizedProduct::apply(x, weight);
    if (on_device_kernels(x, *weight)) {
        const at::Tensor rows = x.reshape({-1, weight->in_features()}).contiguous();
        const QuantizedWeight::Parts parts = weight->parts();
        std::vector<std::int64_t> shape = x.sizes().vec();
        shape.back() = weight->out_features();
        return call_quantized_product(rows, parts.codes, parts.scales).view(shape);
    }
    const auto matrix = weight->view();
    const bool exact = !c10::InferenceMode::is_enabled();
    if (exact || !matrix || !x.is_cpu()) return at::linear(x, weight->dequantize(x.scalar_type()));
    const at::Tensor rows = x.reshape({-1, weight->in_features()});
    const bool few = rows.size(0) >= 1 && rows.size(0) <= kernels::kMostVectors;
    const at::Tensor out = few ? few_rows_product(rows.to(c10::kFloat).contiguous(), *matrix)
                               : many_rows_product(rows, *matrix);
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = weight->out_features();
    return out.to(x.scalar_type()).view(shape);
}

}  // namespace univi::model
