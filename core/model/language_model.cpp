#include "core/model/language_model.h"

#include <ATen/CPUGeneratorImpl.h>

#include <tuple>

#include "core/base/error.h"
#include "core/kernels/vectors.h"
#include "core/model/decode_step.h"
#include "core/model/device_decode.h"
#include "core/model/layer_recompute.h"
#include "core/model/rotary.h"

namespace univi::model {
namespace {

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

LanguageModel::LanguageModel(const LanguageConfig& config, WeightSource& source,
                             const PlacementOptions& placement)
    : config_(config), placement_(placement) {
    const TakenWeights weights(decoder_parameters(config), source, placement);
    embed_tokens_ = weights.linear("model.embed_tokens.weight");
    for (int i = 0; i < config.num_layers; ++i)
        layers_.emplace_back(config, weights, "model.layers." + std::to_string(i) + ".");
    norm_ = weights.tensor("model.norm.weight");
    lm_head_ = config.tie_word_embeddings ? embed_tokens_ : weights.linear("lm_head.weight");
    parameters_ = weights.parameters();
    quantized_ = weights.quantized();
}

void LanguageModel::add_adapters(const AdapterOptions& options) {
    if (!adapter_parameters_.empty())
        throw base::Error(base::ErrorKind::Internal, "a model takes one set of adapters");
    const at::NoGradGuard guard;
    const std::vector<ParameterShape> list = model::adapter_parameters(config_, options.rank);
    for (DecoderLayer& layer : layers_) {
        for (const DecoderLayer::NamedLinear& each : DecoderLayer::linears()) {
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
    for (const auto& [name, matrix] : quantized_) sum += matrix->bytes();
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
    if (embed_tokens_.quantized) {
        std::vector<std::int64_t> shape = ids.sizes().vec();
        shape.push_back(config_.hidden_size);
        return embed_tokens_.quantized->rows(ids, placement_.compute_dtype).view(shape);
    }
    return at::embedding(embed_tokens_.weight, ids.to(placement_.device))
        .to(placement_.compute_dtype);
}

at::Tensor LanguageModel::by_operators(at::Tensor x, const at::Tensor& cos, const at::Tensor& sin,
                                       KeyValueCache& cache, const Part& part,
                                       at::Tensor* attention, const base::StopToken& stop) const {
    for (int i = part.first; i < part.end; ++i) {
        base::throw_if_stopped(stop, "answering");
        x = layers_[i].forward(x, cos, sin, CachedAttend(cache, i, attention));
    }
    return x;
}

/// The layers from `first` on that lie on one device.
LanguageModel::Part LanguageModel::part_from(int first) const {
    Part part{placement_.of_layer(first), first, first};
    while (part.end < config_.num_layers && placement_.of_layer(part.end) == part.device)
        ++part.end;
    return part;
}

/// `attention` [1,end] as in forward(), unless it is null; moves with x to the last layer's device.
at::Tensor LanguageModel::through_parts(at::Tensor x, KeyValueCache& cache, at::Tensor* attention,
                                        const base::StopToken& stop) const {
    const std::int64_t begin = cache.length(), end = begin + x.size(0);
    for (int first = 0; first < config_.num_layers;) {
        const Part part = part_from(first);
        const auto [cos, sin] = rotary_tables(config_, begin, end, part.device);
        x = x.to(part.device, placement_.compute_dtype);
        if (attention) *attention = attention->to(part.device);
        const auto layers = std::span(layers_).subspan(static_cast<std::size_t>(first),
                                                       static_cast<std::size_t>(part.end - first));
        at::Tensor of_last = attention ? attention->select(0, 0) : at::Tensor();
        if (x.size(0) == 1 && decodes_by_kernels(layers, x))
            x = decode_positions(config_, layers, x, cos, sin, cache, attention, stop, first)
                    .to(placement_.compute_dtype);
        else
            x = by_operators(x, cos, sin, cache, part, attention ? &of_last : nullptr, stop);
        first = part.end;
    }
    return x;
}

int LanguageModel::most_guesses() const {
    const at::Tensor probe = at::empty({kernels::kMostVectors, config_.hidden_size},
                                       at::TensorOptions().device(placement_.device));
    return decodes_by_kernels(layers_, probe) ? kernels::kMostVectors : 1;
}

at::Tensor LanguageModel::forward(const at::Tensor& embeds, KeyValueCache& cache,
                                  at::Tensor* attention, const base::StopToken& stop) const {
    const at::Tensor hidden = forward_each(embeds, cache, attention, stop);
    if (attention && attention->defined()) *attention = attention->select(0, -1);
    return hidden;
}

void LanguageModel::check_room(const KeyValueCache& cache, std::int64_t count) {
    const std::int64_t end = cache.length() + count;
    if (end > cache.capacity())
        throw base::Error(base::ErrorKind::Context,
                          "The conversation needs " + std::to_string(end) +
                              " positions, but the context holds " +
                              std::to_string(cache.capacity()) +
                              ": start a new chat or send fewer or shorter media.");
}

at::Tensor LanguageModel::attention_of(const at::Tensor& embeds, KeyValueCache& cache,
                                       std::optional<int> layer, std::optional<int> head,
                                       const base::StopToken& stop) const {
    const auto check = [](std::optional<int> asked, int most, const std::string& what) {
        if (asked && (*asked < 0 || *asked >= most))
            throw base::Error(base::ErrorKind::Usage, "The model has " + std::to_string(most) +
                                                          " " + what + ": there is no number " +
                                                          std::to_string(*asked + 1) + ".");
    };
    check(layer, config_.num_layers, "layers");
    check(head, config_.num_heads, "heads");
    const std::int64_t begin = cache.length(), count = embeds.size(0), end = begin + count;
    check_room(cache, count);
    cache.reserve(static_cast<int>(end));
    at::Tensor x = embeds, rows = at::zeros({count, end}, at::kFloat);
    for (int first = 0; first < config_.num_layers && count > 0;) {
        const Part part = part_from(first);
        const auto [cos, sin] = rotary_tables(config_, begin, end, part.device);
        x = x.to(part.device, placement_.compute_dtype);
        rows = rows.to(part.device);
        for (int i = part.first; i < part.end; ++i) {
            base::throw_if_stopped(stop, "looking at a reply again");
            const bool watched = !layer || *layer == i;
            x = watched ? layers_[i].forward(x, cos, sin, WatchedAttend(cache, i, head, rows))
                        : layers_[i].forward(x, cos, sin, CachedAttend(cache, i, nullptr));
        }
        first = part.end;
    }
    cache.advance(static_cast<int>(count));
    return layer ? rows : rows.div_(config_.num_layers);
}

at::Tensor LanguageModel::forward_each(const at::Tensor& embeds, KeyValueCache& cache,
                                       at::Tensor* attention, const base::StopToken& stop) const {
    const std::int64_t begin = cache.length(), count = embeds.size(0), end = begin + count;
    check_room(cache, count);
    if (count == 0) return embeds;
    cache.reserve(static_cast<int>(end));
    at::Tensor x = embeds.to(placement_.device, placement_.compute_dtype);
    if (placement_.of_head() == x.device() && DeviceDecode::takes(config_, layers_, x, cache)) {
        base::throw_if_stopped(stop, "answering");
        return decode_on_device(x, cache, attention);
    }
    const bool by_kernels = decodes_by_kernels(layers_, x);
    if (attention)
        *attention = at::zeros({by_kernels ? count : 1, end}, x.options().dtype(c10::kFloat));
    if (by_kernels) {
        const auto [cos, sin] = rotary_tables(config_, begin, end, placement_.device);
        x = decode_positions(config_, layers_, x, cos, sin, cache, attention, stop)
                .to(placement_.compute_dtype);
    } else {
        x = through_parts(x, cache, attention, stop);
    }
    cache.advance(static_cast<int>(count));
    if (attention) attention->div_(config_.num_layers);
    return rms_norm(x.to(placement_.of_head()), norm_, config_.rms_norm_eps);
}

/// One position by our kernels of its device.
at::Tensor LanguageModel::decode_on_device(const at::Tensor& x, KeyValueCache& cache,
                                           at::Tensor* attention) const {
    std::shared_ptr<DeviceDecode>& decode = cache.device_decode();
    if (!decode) decode = std::make_shared<DeviceDecode>(config_, cache, x);
    at::Tensor sums;
    if (attention) {
        *attention = at::zeros({1, cache.length() + 1}, x.options().dtype(c10::kFloat));
        sums = attention->select(0, 0);
    }
    const at::Tensor hidden =
        decode->pass({layers_, norm_, config_.rms_norm_eps}, x, cache, attention ? &sums : nullptr);
    cache.advance(1);
    if (attention) attention->div_(config_.num_layers);
    return hidden;
}

at::Tensor LanguageModel::forward_batch(const at::Tensor& embeds, const at::Tensor& attention_mask,
                                        bool checkpoint_layers, LayerHooks* hooks) const {
    check_padding(attention_mask, embeds);
    c10::Device device = placement_.of_layer(0);
    auto [cos, sin] = rotary_tables(config_, 0, embeds.size(1), device);
    at::Tensor x = embeds.to(device, placement_.compute_dtype);
    const bool recompute = checkpoint_layers && at::GradMode::is_enabled();
    const AdapterDropout dropout{at::GradMode::is_enabled() ? dropout_ : 0.0, dropout_key_};
    for (int i = 0; i < config_.num_layers; ++i) {
        const AdapterDropout own = dropout.of(static_cast<std::uint64_t>(i));
        if (placement_.of_layer(i) != device) {
            device = placement_.of_layer(i);
            std::tie(cos, sin) = rotary_tables(config_, 0, embeds.size(1), device);
            x = x.to(device);
        }
        if (hooks) x = hooks->before_layer(i, x);
        x = recompute ? forward_recomputed(layers_[i], x, cos, sin, own)
                      : layers_[i].forward(x, cos, sin, CausalAttend(), own);
        if (hooks) x = hooks->after_layer(i, x);
    }
    return rms_norm(x.to(placement_.of_head()), norm_, config_.rms_norm_eps);
}

at::Tensor LanguageModel::logits(const at::Tensor& hidden) const {
    return lm_head_(hidden.to(lm_head_.device())).to(c10::kFloat);
}

}  // namespace univi::model
