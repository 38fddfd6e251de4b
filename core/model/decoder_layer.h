#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <string>

#include "core/model/attention.h"
#include "core/model/linear_layer.h"
#include "core/model/model_config.h"
#include "core/model/taken_weights.h"

namespace univi::model {

/// x / rms(x) in fp32, back in x's dtype, times weight (LlamaRMSNorm).
at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// One layer of the decoder: matrices as stored or quantized, norms in the compute type. A copy
/// shares its weights.
struct DecoderLayer {
    /// Takes "<prefix>self_attn.q_proj.weight", … out of `weights`.
    DecoderLayer(const LanguageConfig& config, const TakenWeights& weights,
                 const std::string& prefix);

    /// x [.., L, D] -> [.., L, D]; cos and sin [L, head_dim] of its positions; `attend` says what
    /// they see. `dropout`: of this layer's adapters. Differentiable where `attend` is.
    at::Tensor forward(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin,
                       const Attend& attend, const AdapterDropout& dropout = {}) const;

    /// A linear layer's name in checkpoints ("self_attn.q_proj") and its member.
    struct NamedLinear {
        const char* name;
        LinearLayer DecoderLayer::*member;
    };
    static constexpr std::size_t kNumLinears = 7;
    /// Returns the linear layers in model order.
    static std::span<const NamedLinear, kNumLinears> linears();

    std::int64_t num_heads, num_kv_heads;
    double rms_norm_eps;
    at::Tensor input_norm, post_norm;
    LinearLayer q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj;

  private:
    at::Tensor attention(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin,
                         const Attend& attend, const AdapterDropout& dropout) const;
    at::Tensor mlp(const at::Tensor& x, const AdapterDropout& dropout) const;
};

}  // namespace univi::model
