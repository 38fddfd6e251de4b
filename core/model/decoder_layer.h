#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "core/model/language_model.h"

namespace univi::model {

/// x / rms(x) in fp32, back in x's dtype, times weight (LlamaRMSNorm).
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// [.., L, heads*head_dim] -> [.., heads, L, head_dim].
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads);
/// The inverse of split_heads.
at::Tensor join_heads(const at::Tensor& x);
/// Key or value heads repeated for grouped queries: [.., heads_kv, L, d] -> [.., heads, L, d].
at::Tensor repeat_heads(const at::Tensor& x, std::int64_t heads);

/// The linear layers of a decoder layer with their checkpoint names ("self_attn.q_proj", …),
/// in model order.
struct NamedLinear {
    const char* name;
    LinearLayer LanguageModel::Layer::*member;
};
std::span<const NamedLinear> linear_layers();

/// down(silu(gate(x)) * up(x)).
at::Tensor gated_mlp(const LanguageModel::Layer& layer, const at::Tensor& x,
                     const AdapterDropout& dropout = {});

/// One decoder layer over whole sequences x [B,L,D], causal, differentiable. `dropout`: of
/// this layer's adapters.
at::Tensor train_layer(const LanguageConfig& config, const LanguageModel::Layer& layer,
                       const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin,
                       const AdapterDropout& dropout = {});

/// train_layer that keeps only its input and runs the layer again in backward; the gradients are
/// the same. `layer` must outlive the graph.
at::Tensor train_layer_checkpointed(const LanguageConfig& config, const LanguageModel::Layer& layer,
                                    const at::Tensor& x, const at::Tensor& cos,
                                    const at::Tensor& sin, const AdapterDropout& dropout = {});

}  // namespace univi::model
