#pragma once

#include <ATen/core/Tensor.h>

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

/// down(silu(gate(x)) * up(x)).
at::Tensor gated_mlp(const LanguageModel::Layer& layer, const at::Tensor& x);

/// One decoder layer over whole sequences x [B,L,D], causal, differentiable.
at::Tensor train_layer(const LanguageConfig& config, const LanguageModel::Layer& layer,
                       const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin);

/// train_layer that keeps only its input and runs the layer again in backward; the gradients are
/// the same.
at::Tensor train_layer_checkpointed(const LanguageConfig& config, const LanguageModel::Layer& layer,
                                    const at::Tensor& x, const at::Tensor& cos,
                                    const at::Tensor& sin);

}  // namespace univi::model
