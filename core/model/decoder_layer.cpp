#include "core/model/decoder_layer.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/model/linear.h"
#include "core/model/rotary.h"

namespace univi::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Layer = LanguageModel::Layer;

/// The layer's weights in a fixed order, as autograd sees them, and back.
variable_list weights_of(const Layer& l) {
    return {l.input_norm, l.q_proj, l.k_proj, l.v_proj, l.o_proj, l.post_norm, l.gate_proj, l.up_proj, l.down_proj};
}

Layer layer_of(const variable_list& w) { return {w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8]}; }

/// Inputs: x, the nine weights, cos, sin. Only these are kept between forward and backward.
struct CheckpointedLayer : torch::autograd::Function<CheckpointedLayer> {
    static at::Tensor forward(AutogradContext* context, const LanguageConfig* config, const variable_list& inputs) {
        return at::Tensor();
    }
};

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    const at::Tensor wide = x.to(c10::kFloat);
    const at::Tensor scale = at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + eps);
    return weight * (wide * scale).to(x.scalar_type());
}

at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
    return x.unflatten(-1, {heads, x.size(-1) / heads}).transpose(-2, -3);
}

at::Tensor join_heads(const at::Tensor& x) { return x.transpose(-2, -3).flatten(-2); }

at::Tensor repeat_heads(const at::Tensor& x, std::int64_t heads) {
    const std::int64_t groups = heads / x.size(-3);
    return groups == 1 ? x : x.repeat_interleave(groups, -3);
}

at::Tensor gated_mlp(const Layer& layer, const at::Tensor& x) {
    return linear(at::silu(linear(x, layer.gate_proj)) * linear(x, layer.up_proj), layer.down_proj);
}

at::Tensor train_layer(const LanguageConfig& config, const Layer& layer, const at::Tensor& x, const at::Tensor& cos,
                       const at::Tensor& sin) {
    const at::Tensor h = rms_norm(x, layer.input_norm, config.rms_norm_eps);
    const at::Tensor q = apply_rotary(split_heads(linear(h, layer.q_proj), config.num_heads), cos, sin);
    const at::Tensor k = apply_rotary(split_heads(linear(h, layer.k_proj), config.num_kv_heads), cos, sin);
    const at::Tensor v = split_heads(linear(h, layer.v_proj), config.num_kv_heads);
    const at::Tensor attended = at::scaled_dot_product_attention(q, repeat_heads(k, config.num_heads),
                                                                 repeat_heads(v, config.num_heads), {}, 0.0,
                                                                 /*is_causal=*/true);
    const at::Tensor middle = x + linear(join_heads(attended), layer.o_proj);
    return middle + gated_mlp(layer, rms_norm(middle, layer.post_norm, config.rms_norm_eps));
}

}  // namespace univi::model
