#include "core/model/language_model.h"

#include <ATen/CPUGeneratorImpl.h>

#include "core/base/error.h"
#include "core/model/decoder_layer.h"
#include "core/model/linear.h"
#include "core/model/rotary.h"
#include "core/model/taken_weights.h"

namespace univi::model {
namespace {

/// softmax(q K^T / sqrt(d)) of query rows q [heads,L,d] over keys [heads_kv,T,d], fp32:
/// [heads,L,T]. No mask: for a last position, which sees everything.
at::Tensor attention_weights(const at::Tensor& q, const at::Tensor& keys) {
    const std::int64_t kv_heads = keys.size(0), length = keys.size(1), dim = keys.size(2);
    const at::Tensor grouped =
        q.reshape({kv_heads, -1, dim});  // query heads of a group are neighbours
    const at::Tensor scores = at::matmul(grouped, keys.transpose(1, 2)).to(c10::kFloat);
    return at::softmax(scores * (1.0 / std::sqrt(static_cast<double>(dim))), -1)
        .view({q.size(0), q.size(1), length});
}

/// One query per head: q [heads,1,d] over cached keys and values [heads_kv,T,d] -> [heads,1,d].
at::Tensor attend_one(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values,
                      at::Tensor* attention) {
    const at::Tensor weights = attention_weights(q, keys);
    if (attention) attention->add_(weights.mean(at::IntArrayRef{0, 1}));
    const at::Tensor grouped =
        weights.to(values.scalar_type()).view({keys.size(0), -1, keys.size(1)});
    return at::matmul(grouped, values).view(q.sizes());
}

/// Several queries, the last of which is the last cached position: causal.
at::Tensor attend_many(const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values,
                       at::Tensor* attention) {
    const std::int64_t count = q.size(1), length = keys.size(1), heads = q.size(0);
    if (attention)
        attention->add_(
            attention_weights(q.narrow(1, count - 1, 1), keys).mean(at::IntArrayRef{0, 1}));
    std::optional<at::Tensor> mask;
    if (length > count)
        mask = at::ones({count, length}, q.options().dtype(c10::kBool)).tril(length - count);
    return at::scaled_dot_product_attention(q.unsqueeze(0), repeat_heads(keys, heads).unsqueeze(0),
                                            repeat_heads(values, heads).unsqueeze(0), mask, 0.0,
                                            !mask.has_value())
        .squeeze(0);
}

void check_padding(const at::Tensor& mask, const at::Tensor& embeds) {
    const bool shaped = mask.dim() == 2 && embeds.dim() == 3 && mask.size(0) == embeds.size(0) &&
                        mask.size(1) == embeds.size(1);
    const std::int64_t length = shaped ? mask.size(1) : 0;
    const at::Tensor bits = mask.to(c10::kBool);
    const bool right =
        shaped && (length < 2 || !bits.narrow(1, 1, length - 1)
                                      .logical_and(bits.narrow(1, 0, length - 1).logical_not())
                                      .any()
                                      .item<bool>());
    if (!right)
        throw base::Error(
            base::ErrorKind::Internal,
            "a training batch must be [samples, positions] with padding on the right");
}

}  // namespace

KeyValueCache::KeyValueCache(const LanguageConfig& config, int capacity,
                             const PlacementOptions& placement)
    : capacity_(capacity) {
    const auto options =
        at::TensorOptions().device(placement.device).dtype(placement.compute_dtype);
    for (int i = 0; i < config.num_layers; ++i) {
        keys_.push_back(at::empty({config.num_kv_heads, capacity, config.head_dim}, options));
        values_.push_back(at::empty({config.num_kv_heads, capacity, config.head_dim}, options));
    }
}

void KeyValueCache::truncate(int length) {
    if (length < 0 || length > length_)
        throw base::Error(base::ErrorKind::Internal,
                          "a key/value cache cannot be cut to a length it does not have");
    length_ = length;
}

LanguageModel::LanguageModel(const LanguageConfig& config, WeightSource& source,
                             const PlacementOptions& placement)
    : config_(config), placement_(placement) {
    const TakenWeights weights(decoder_parameters(config), source, placement);
    embed_tokens_ = weights.tensor("model.embed_tokens.weight");
    for (int i = 0; i < config.num_layers; ++i) {
        const std::string at = "model.layers." + std::to_string(i) + ".";
        Layer layer;
        for (const NamedLinear& each : linear_layers())
            layer.*each.member = weights.linear(at + each.name + ".weight");
        layer.input_norm = weights.tensor(at + "input_layernorm.weight");
        layer.post_norm = weights.tensor(at + "post_attention_layernorm.weight");
        layers_.push_back(std::move(layer));
    }
    norm_ = weights.tensor("model.norm.weight");
    lm_head_ = config.tie_word_embeddings ? embed_tokens_ : weights.tensor("lm_head.weight");
    parameters_ = weights.parameters();
}

void LanguageModel::add_adapters(const AdapterOptions& options) {
    if (!adapter_parameters_.empty())
        throw base::Error(base::ErrorKind::Internal, "a model takes one set of adapters");
    const at::NoGradGuard guard;
    const std::vector<ParameterShape> list = model::adapter_parameters(config_, options.rank);
    for (Layer& layer : layers_) {
        for (const NamedLinear& each : linear_layers()) {
            const std::size_t next = adapter_parameters_.size();
            const ParameterShape &of_a = list.at(next), &of_b = list.at(next + 1);
            at::Generator generator =
                at::detail::createCPUGenerator(mix_keys({options.seed, next}));
            // Kaiming uniform, a = sqrt(5)
            const double bound = 1 / std::sqrt(static_cast<double>(of_a.shape[1]));
            at::Tensor a = at::empty(of_a.shape, c10::kFloat);
            a.uniform_(-bound, bound, generator);
            LinearLayer& linear = layer.*each.member;
            linear.lora_a = a.to(placement_.device, placement_.compute_dtype);
            linear.lora_b = at::zeros(of_b.shape, linear.lora_a.options());
            linear.lora_scale = options.alpha / static_cast<double>(options.rank);
            adapter_parameters_.emplace_back(of_a.name, linear.lora_a);
            adapter_parameters_.emplace_back(of_b.name, linear.lora_b);
        }
    }
    dropout_ = options.dropout;
}

std::int64_t LanguageModel::quantized_bytes() const {
    std::int64_t sum = 0;
    for (const Layer& layer : layers_)
        for (const NamedLinear& each : linear_layers())
            if (const auto& quantized = (layer.*each.member).quantized) sum += quantized->bytes();
    return sum;
}

at::Tensor LanguageModel::embed(const at::Tensor& ids) const {
    if (ids.is_cpu() && ids.numel() > 0) {
        const std::int64_t least = ids.min().item<std::int64_t>(),
                           most = ids.max().item<std::int64_t>();
        if (least < 0 || most >= config_.vocab_size)
            throw base::Error(base::ErrorKind::Model,
                              "token " + std::to_string(least < 0 ? least : most) +
                                  " is outside the model's vocabulary of " +
                                  std::to_string(config_.vocab_size) +
                                  " tokens: the tokenizer belongs to another model.");
    }
    return at::embedding(embed_tokens_, ids.to(placement_.device)).to(placement_.compute_dtype);
}

at::Tensor LanguageModel::layer_step(const Layer& layer, const at::Tensor& x, const at::Tensor& cos,
                                     const at::Tensor& sin, KeyValueCache& cache, int index,
                                     at::Tensor* attention) const {
    const std::int64_t count = x.size(0), end = cache.length_ + count;
    const at::Tensor h = rms_norm(x, layer.input_norm, config_.rms_norm_eps);
    const at::Tensor q = apply_rotary(split_heads(layer.q_proj(h), config_.num_heads), cos, sin);
    const at::Tensor k = apply_rotary(split_heads(layer.k_proj(h), config_.num_kv_heads), cos, sin);
    cache.keys_[index].narrow(1, cache.length_, count).copy_(k);
    cache.values_[index]
        .narrow(1, cache.length_, count)
        .copy_(split_heads(layer.v_proj(h), config_.num_kv_heads));
    const at::Tensor keys = cache.keys_[index].narrow(1, 0, end),
                     values = cache.values_[index].narrow(1, 0, end);
    const at::Tensor attended = count == 1 ? attend_one(q, keys, values, attention)
                                           : attend_many(q, keys, values, attention);
    const at::Tensor middle = x + layer.o_proj(join_heads(attended));
    return middle + gated_mlp(layer, rms_norm(middle, layer.post_norm, config_.rms_norm_eps));
}

at::Tensor LanguageModel::forward(const at::Tensor& embeds, KeyValueCache& cache,
                                  at::Tensor* attention, const base::StopToken& stop) const {
    const std::int64_t begin = cache.length_, count = embeds.size(0), end = begin + count;
    if (end > cache.capacity_)
        throw base::Error(base::ErrorKind::Context,
                          "The conversation needs " + std::to_string(end) +
                              " positions, but the context holds " +
                              std::to_string(cache.capacity_) +
                              ": start a new chat or send fewer or shorter media.");
    if (count == 0) return embeds;
    const auto [cos, sin] = rotary_tables(config_, begin, end, placement_.device);
    if (attention)
        *attention =
            at::zeros({end}, at::TensorOptions().dtype(c10::kFloat).device(placement_.device));
    at::Tensor x = embeds.to(placement_.device, placement_.compute_dtype);
    for (int i = 0; i < config_.num_layers; ++i) {
        base::throw_if_stopped(stop, "answering");
        x = layer_step(layers_[i], x, cos, sin, cache, i, attention);
    }
    cache.length_ = static_cast<int>(end);
    if (attention) attention->div_(config_.num_layers);
    return rms_norm(x, norm_, config_.rms_norm_eps);
}

at::Tensor LanguageModel::forward_train(const at::Tensor& embeds, const at::Tensor& attention_mask,
                                        bool checkpoint_layers, LayerHooks* hooks) const {
    check_padding(attention_mask, embeds);
    const auto [cos, sin] = rotary_tables(config_, 0, embeds.size(1), placement_.device);
    at::Tensor x = embeds.to(placement_.device, placement_.compute_dtype);
    const bool recompute = checkpoint_layers && at::GradMode::is_enabled();
    const AdapterDropout dropout{at::GradMode::is_enabled() ? dropout_ : 0.0, dropout_key_};
    for (int i = 0; i < config_.num_layers; ++i) {
        const AdapterDropout own = dropout.of(static_cast<std::uint64_t>(i));
        if (hooks) x = hooks->before_layer(i, x);
        x = recompute ? train_layer_checkpointed(config_, layers_[i], x, cos, sin, own)
                      : train_layer(config_, layers_[i], x, cos, sin, own);
        if (hooks) x = hooks->after_layer(i, x);
    }
    return rms_norm(x, norm_, config_.rms_norm_eps);
}

at::Tensor LanguageModel::logits(const at::Tensor& hidden) const {
    return apply_linear(hidden, lm_head_).to(c10::kFloat);
}

}  // namespace univi::model
