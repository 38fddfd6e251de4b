#include "core/model/decoder_layer.h"

#include <cmath>
#include <limits>

#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/model/linear.h"
#include "core/model/rotary.h"

namespace univi::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Layer = LanguageModel::Layer;

/// The layer's weights from the order in which autograd sees them.
Layer layer_of(const variable_list& w) {
    return {w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8]};
}

/// Up to this length the scores of a CPU training step are written out: matrix products in bf16 run several times as fast there
/// as the fused operator with its backward pass, and the scores still fit the cache.
constexpr std::int64_t kWrittenOutLength = 640;

/// q, k, v [B, heads, L, head_dim] -> the same shape.
at::Tensor causal_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    const std::int64_t length = q.size(-2);
    const bool write_out = q.is_cpu() && q.scalar_type() == c10::kBFloat16 && length <= kWrittenOutLength;
    if (!write_out) return at::scaled_dot_product_attention(q, k, v, {}, 0.0, /*is_causal=*/true);
    const double scale = 1 / std::sqrt(static_cast<double>(q.size(-1)));
    const at::Tensor future = at::full({length, length}, -std::numeric_limits<float>::infinity(), q.options()).triu(1);
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

at::Tensor gated_mlp(const Layer& layer, const at::Tensor& x) {
    return apply_linear(at::silu(apply_linear(x, layer.gate_proj)) * apply_linear(x, layer.up_proj),
                        layer.down_proj);
}

at::Tensor train_layer(const LanguageConfig& config, const Layer& layer, const at::Tensor& x,
                       const at::Tensor& cos, const at::Tensor& sin) {
    const at::Tensor h = rms_norm(x, layer.input_norm, config.rms_norm_eps);
    const at::Tensor q =
        apply_rotary(split_heads(apply_linear(h, layer.q_proj), config.num_heads), cos, sin);
    const at::Tensor k =
        apply_rotary(split_heads(apply_linear(h, layer.k_proj), config.num_kv_heads), cos, sin);
    const at::Tensor v = split_heads(apply_linear(h, layer.v_proj), config.num_kv_heads);
    const at::Tensor attended =
        causal_attention(q, repeat_heads(k, config.num_heads), repeat_heads(v, config.num_heads));
    const at::Tensor middle = x + apply_linear(join_heads(attended), layer.o_proj);
    return middle + gated_mlp(layer, rms_norm(middle, layer.post_norm, config.rms_norm_eps));
}

namespace {

/// Inputs: x, cos, sin and the nine weights; they are all that is kept between forward and
/// backward.
struct CheckpointedLayer : torch::autograd::Function<CheckpointedLayer> {
    static at::Tensor forward(AutogradContext* context, const LanguageConfig& config,
                              const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin,
                              const at::Tensor& input_norm, const at::Tensor& q,
                              const at::Tensor& k, const at::Tensor& v, const at::Tensor& o,
                              const at::Tensor& post_norm, const at::Tensor& gate,
                              const at::Tensor& up, const at::Tensor& down) {
        // Autograd sees tensors only as single arguments, not inside a list.
        const variable_list inputs{x, cos, sin, input_norm, q, k, v, o, post_norm, gate, up, down};
        context->save_for_backward(inputs);
        context->saved_data["heads"] = static_cast<std::int64_t>(config.num_heads);
        context->saved_data["kv_heads"] = static_cast<std::int64_t>(config.num_kv_heads);
        context->saved_data["eps"] = config.rms_norm_eps;
        return run(config, inputs);  // gradients are off in here
    }

    static variable_list backward(AutogradContext* context, variable_list output_gradients) {
        LanguageConfig config;
        config.num_heads = static_cast<int>(context->saved_data["heads"].toInt());
        config.num_kv_heads = static_cast<int>(context->saved_data["kv_heads"].toInt());
        config.rms_norm_eps = context->saved_data["eps"].toDouble();
        const variable_list saved = context->get_saved_variables();
        variable_list inputs, wanted;
        const at::AutoGradMode guard(true);
        for (const at::Tensor& tensor : saved) {
            inputs.push_back(tensor.detach().requires_grad_(tensor.requires_grad()));
            if (tensor.requires_grad()) wanted.push_back(inputs.back());
        }
        const variable_list found =
            torch::autograd::grad({run(config, inputs)}, wanted, output_gradients);
        variable_list gradients(1);  // the configuration has none
        std::size_t next = 0;
        for (const at::Tensor& tensor : saved)
            gradients.push_back(tensor.requires_grad() ? found[next++] : at::Tensor());
        return gradients;
    }

    static at::Tensor run(const LanguageConfig& config, const variable_list& inputs) {
        const variable_list weights(inputs.begin() + 3, inputs.end());
        return train_layer(config, layer_of(weights), inputs[0], inputs[1], inputs[2]);
    }
};

}  // namespace

at::Tensor train_layer_checkpointed(const LanguageConfig& config, const Layer& layer,
                                    const at::Tensor& x, const at::Tensor& cos,
                                    const at::Tensor& sin) {
    return CheckpointedLayer::apply(config, x, cos, sin, layer.input_norm, layer.q_proj,
                                    layer.k_proj, layer.v_proj, layer.o_proj, layer.post_norm,
                                    layer.gate_proj, layer.up_proj, layer.down_proj);
}

}  // namespace univi::model
