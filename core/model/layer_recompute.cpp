#include "core/model/layer_recompute.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <utility>

#include "core/model/graph_capsule.h"

namespace univi::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Two norms, and of each linear layer the matrix and an adapter's two.
constexpr std::size_t kWeights = 2 + 3 * DecoderLayer::kNumLinears;

/// Every tensor of `layer` that may have a gradient, undefined ones too, in one fixed order.
std::array<at::Tensor*, kWeights> weights_of(DecoderLayer& layer) {
    std::array<at::Tensor*, kWeights> result = {&layer.input_norm, &layer.post_norm};
    std::size_t next = 2;
    for (const DecoderLayer::NamedLinear& linear : DecoderLayer::linears())
        for (at::Tensor LinearLayer::*part :
             {&LinearLayer::weight, &LinearLayer::lora_a, &LinearLayer::lora_b})
            result[next++] = &(layer.*linear.member.*part);
    return result;
}

/// What the function needs besides tensors that may have a gradient.
struct LayerCall {
    DecoderLayer layer;
    AdapterDropout dropout;
};

/// Inputs: x, cos, sin and the weights; they are all that is kept between forward and backward.
struct RecomputedLayer : torch::autograd::Function<RecomputedLayer> {
    /// Autograd sees tensors only as single arguments, not inside a list.
    template <typename... Tensors>
    static at::Tensor forward(AutogradContext* context, const LayerCall& call,
                              const Tensors&... tensors) {
        context->save_for_backward({tensors...});
        context->saved_data["call"] = to_capsule(call);
        return run(call, {tensors...});  // gradients are off in here
    }

    static variable_list backward(AutogradContext* context, variable_list output_gradients) {
        const auto& call = from_capsule<LayerCall>(context->saved_data["call"]);
        const variable_list saved = context->get_saved_variables();
        variable_list inputs, wanted;
        const at::AutoGradMode guard(true);
        for (const at::Tensor& tensor : saved) {
            inputs.push_back(tensor.detach().requires_grad_(tensor.requires_grad()));
            if (tensor.requires_grad()) wanted.push_back(inputs.back());
        }
        const variable_list found =
            torch::autograd::grad({run(call, inputs)}, wanted, output_gradients);
        variable_list gradients(1);  // the call itself has none
        std::size_t next = 0;
        for (const at::Tensor& tensor : saved)
            gradients.push_back(tensor.requires_grad() ? found[next++] : at::Tensor());
        return gradients;
    }

    static at::Tensor run(const LayerCall& call, const variable_list& inputs) {
        DecoderLayer layer = call.layer;
        const auto weights = weights_of(layer);
        for (std::size_t i = 0; i < kWeights; ++i)
            if (weights[i]->defined()) *weights[i] = inputs[i + 3];
        return layer.forward(inputs[0], inputs[1], inputs[2], CausalAttend(), call.dropout);
    }
};

template <std::size_t... I>
at::Tensor apply(const LayerCall& call, const at::Tensor& x, const at::Tensor& cos,
                 const at::Tensor& sin, const std::array<at::Tensor, kWeights>& weights,
                 std::index_sequence<I...>) {
    return RecomputedLayer::apply(call, x, cos, sin, weights[I]...);
}

}  // namespace

at::Tensor forward_recomputed(const DecoderLayer& layer, const at::Tensor& x, const at::Tensor& cos,
                              const at::Tensor& sin, const AdapterDropout& dropout) {
    LayerCall call{layer, dropout};
    const auto places = weights_of(call.layer);
    const at::Tensor nothing = at::empty({0}, x.options().requires_grad(false));
    std::array<at::Tensor, kWeights> weights;
    for (std::size_t i = 0; i < kWeights; ++i)
        weights[i] = places[i]->defined() ? *places[i] : nothing;
    return apply(call, x, cos, sin, weights, std::make_index_sequence<kWeights>());
}

}  // namespace univi::model
