#include "core/model/decoder_layer.h"

#include "core/model/rotary.h"

namespace univi::model {
namespace {

using Layer = DecoderLayer;

constexpr Layer::NamedLinear kLinears[Layer::kNumLinears] = {
    {"self_attn.q_proj", &Layer::q_proj}, {"self_attn.k_proj", &Layer::k_proj},
    {"self_attn.v_proj", &Layer::v_proj}, {"self_attn.o_proj", &Layer::o_proj},
    {"mlp.gate_proj", &Layer::gate_proj}, {"mlp.up_proj", &Layer::up_proj},
    {"mlp.down_proj", &Layer::down_proj},
};

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    const at::Tensor wide = x.to(c10::kFloat);
    const at::Tensor scale = at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + eps);
    return weight * (wide * scale).to(x.scalar_type());
}

std::span<const DecoderLayer::NamedLinear, DecoderLayer::kNumLinears> DecoderLayer::linears() {
    return kLinears;
}

DecoderLayer::DecoderLayer(const LanguageConfig& config, const TakenWeights& weights,
                           const std::string& prefix)
    : num_heads(config.num_heads),
      num_kv_heads(config.num_kv_heads),
      rms_norm_eps(config.rms_norm_eps),
      input_norm(weights.tensor(prefix + "input_layernorm.weight")),
      post_norm(weights.tensor(prefix + "post_attention_layernorm.weight")) {
    for (std::size_t i = 0; i < kNumLinears; ++i) {
        LinearLayer& linear = this->*kLinears[i].member;
        linear = weights.linear(prefix + kLinears[i].name + ".weight");
        linear.place = i;
    }
}

at::Tensor DecoderLayer::attention(const at::Tensor& x, const at::Tensor& cos,
                                   const at::Tensor& sin, const Attend& attend,
                                   const AdapterDropout& dropout) const {
    const at::Tensor h = rms_norm(x, input_norm, rms_norm_eps);
    const at::Tensor q = apply_rotary(split_heads(q_proj(h, dropout), num_heads), cos, sin);
    const at::Tensor k = apply_rotary(split_heads(k_proj(h, dropout), num_kv_heads), cos, sin);
    const at::Tensor v = split_heads(v_proj(h, dropout), num_kv_heads);
    return o_proj(join_heads(attend(q, k, v)), dropout);
}

/// down(silu(gate(x)) * up(x)).
at::Tensor DecoderLayer::mlp(const at::Tensor& x, const AdapterDropout& dropout) const {
    const at::Tensor h = rms_norm(x, post_norm, rms_norm_eps);
    const at::Tensor gate = gate_proj(h, dropout), up = up_proj(h, dropout);
    return down_proj(at::silu(gate) * up, dropout);
}

at::Tensor DecoderLayer::forward(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin,
                                 const Attend& attend, const AdapterDropout& dropout) const {
    const at::Tensor middle = x + attention(x, cos, sin, attend, dropout);
    return middle + mlp(middle, dropout);
}

}  // namespace univi::model
