#include "core/model/decoder_layer.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/model/rotary.h"

namespace univi::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Layer = LanguageModel::Layer;

constexpr NamedLinear kLinears[] = {
    {"self_attn.q_proj", &Layer::q_proj}, {"self_attn.k_proj", &Layer::k_proj},
    {"self_attn.v_proj", &Layer::v_proj}, {"self_attn.o_proj", &Layer::o_proj},
    {"mlp.gate_proj", &Layer::gate_proj}, {"mlp.up_proj", &Layer::up_proj},
    {"mlp.down_proj", &Layer::down_proj},
};

/// Up to this length the scores of a CPU training step are written out: matrix products in bf16 run
/// several times as fast there as the fused operator with its backward pass, and the scores still
/// fit the cache.
constexpr std::int64_t kWrittenOutLength = 640;

/// q, k, v [B, heads, L, head_dim] -> the same shape.
at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    const std::int64_t length = q.size(-2);
    const bool write_out =
        q.is_cpu() && q.scalar_type() == c10::kBFloat16 && length <= kWrittenOutLength;
    if (!write_out) return at::scaled_dot_product_attention(q, k, v, {}, 0.0, /*is_causal=*/true);
    const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
    const at::Tensor future =
        at::full({length, length}, -std::numeric_limits<float>::infinity(), q.options()).triu(1);
    return at::matmul(at::softmax(at::matmul(q * scale, k.transpose(-2, -1)) + future, -1), v);
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    const at::Tensor wide = x.to(c10::kFloat);
    const at::Tensor scale = at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + eps);
    return weight * (wide * scale).to(x.scalar_type());
}

at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
    return x.unflatten(-1, {heads, x.size(-1) / heads}).transpose(-2, -3);
}

at::Tensor join_heads(const at::Tensor& x) {
    return x.transpose(-2, -3).flatten(-2);
}

at::Tensor repeat_heads(const at::Tensor& x, std::int64_t heads) {
    const std::int64_t groups = heads / x.size(-3);
    return groups == 1 ? x : x.repeat_interleave(groups, -3);
}

std::span<const NamedLinear> linear_layers() {
    return kLinears;
}

at::Tensor gated_mlp(const Layer& layer, const at::Tensor& x, const AdapterDropout& dropout) {
    const at::Tensor gate = layer.gate_proj(x, dropout.of(4)), up = layer.up_proj(x, dropout.of(5));
    return layer.down_proj(at::silu(gate) * up, dropout.of(6));
}

at::Tensor train_layer(const LanguageConfig& config, const Layer& layer, const at::Tensor& x,
                       const at::Tensor& cos, const at::Tensor& sin,
                       const AdapterDropout& dropout) {
    const at::Tensor h = rms_norm(x, layer.input_norm, config.rms_norm_eps);
    const at::Tensor q =
        apply_rotary(split_heads(layer.q_proj(h, dropout.of(0)), config.num_heads), cos, sin);
    const at::Tensor k =
        apply_rotary(split_heads(layer.k_proj(h, dropout.of(1)), config.num_kv_heads), cos, sin);
    const at::Tensor v = split_heads(layer.v_proj(h, dropout.of(2)), config.num_kv_heads);
    const at::Tensor attended =
        causal_attention(q, repeat_heads(k, config.num_heads), repeat_heads(v, config.num_heads));
    const at::Tensor middle = x + layer.o_proj(join_heads(attended), dropout.of(3));
    return middle +
           gated_mlp(layer, rms_norm(middle, layer.post_norm, config.rms_norm_eps), dropout);
}

namespace {

/// Two norms, and of seven linear layers the matrix and an adapter's two.
constexpr std::size_t kWeights = 2 + 3 * std::size(kLinears);

/// Every tensor of `layer` that may have a gradient, undefined ones too, in one fixed order.
std::array<at::Tensor*, kWeights> weights_of(Layer& layer) {
    std::array<at::Tensor*, kWeights> result = {&layer.input_norm, &layer.post_norm};
    std::size_t next = 2;
    for (const NamedLinear& linear : kLinears)
        for (at::Tensor LinearLayer::*part :
             {&LinearLayer::weight, &LinearLayer::lora_a, &LinearLayer::lora_b})
            result[next++] = &(layer.*linear.member.*part);
    return result;
}

/// What the function needs besides tensors.
struct LayerCall {
    const LanguageConfig& config;
    const Layer& layer;
    AdapterDropout dropout;
};

/// Inputs: x, cos, sin and the weights; they are all that is kept between forward and backward.
struct CheckpointedLayer : torch::autograd::Function<CheckpointedLayer> {
    /// Autograd sees tensors only as single arguments, not inside a list.
    template <typename... Tensors>
    static at::Tensor forward(AutogradContext* context, const LayerCall& call,
                              const Tensors&... tensors) {
        context->save_for_backward({tensors...});
        auto& saved = context->saved_data;
        saved["heads"] = static_cast<std::int64_t>(call.config.num_heads);
        saved["kv_heads"] = static_cast<std::int64_t>(call.config.num_kv_heads);
        saved["eps"] = call.config.rms_norm_eps;
        saved["layer"] = static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(&call.layer));
        saved["dropout"] = call.dropout.rate;
        saved["key"] = static_cast<std::int64_t>(call.dropout.key);
        return run(call, {tensors...});  // gradients are off in here
    }

    static variable_list backward(AutogradContext* context, variable_list output_gradients) {
        auto& data = context->saved_data;
        LanguageConfig config;
        config.num_heads = static_cast<int>(data["heads"].toInt());
        config.num_kv_heads = static_cast<int>(data["kv_heads"].toInt());
        config.rms_norm_eps = data["eps"].toDouble();
        const LayerCall call{
            config,
            *reinterpret_cast<const Layer*>(static_cast<std::intptr_t>(data["layer"].toInt())),
            {data["dropout"].toDouble(), static_cast<std::uint64_t>(data["key"].toInt())}};
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
        Layer layer = call.layer;
        const auto weights = weights_of(layer);
        for (std::size_t i = 0; i < kWeights; ++i)
            if (weights[i]->defined()) *weights[i] = inputs[i + 3];
        return train_layer(call.config, layer, inputs[0], inputs[1], inputs[2], call.dropout);
    }
};

template <std::size_t... I>
at::Tensor apply_checkpointed(const LayerCall& call, const at::Tensor& x, const at::Tensor& cos,
                              const at::Tensor& sin,
                              const std::array<at::Tensor, kWeights>& weights,
                              std::index_sequence<I...>) {
    return CheckpointedLayer::apply(call, x, cos, sin, weights[I]...);
}

}  // namespace

at::Tensor train_layer_checkpointed(const LanguageConfig& config, const Layer& layer,
                                    const at::Tensor& x, const at::Tensor& cos,
                                    const at::Tensor& sin, const AdapterDropout& dropout) {
    Layer copy = layer;
    const auto places = weights_of(copy);
    const at::Tensor nothing = at::empty({0}, x.options().requires_grad(false));
    std::array<at::Tensor, kWeights> weights;
    for (std::size_t i = 0; i < kWeights; ++i)
        weights[i] = places[i]->defined() ? *places[i] : nothing;
    return apply_checkpointed({config, layer, dropout}, x, cos, sin, weights,
                              std::make_index_sequence<kWeights>());
}

}  // namespace univi::model
