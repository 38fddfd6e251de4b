#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/model/decoder_layer.h"
#include "core/model/key_value_cache.h"
#include "core/model/model_config.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// What a training run does around every decoder layer, e.g. gathers weights that are spread over
/// processes and frees them again. Each function gets the layer's input or output and returns it,
/// where needed through an autograd node that is told when backward passes there.
class LayerHooks {
  public:
    virtual ~LayerHooks() = default;
    virtual at::Tensor before_layer(int layer, const at::Tensor& x) = 0;
    virtual at::Tensor after_layer(int layer, const at::Tensor& x) = 0;
};

/// Low-rank adapters (LoRA, arXiv 2106.09685) beside the linear layers of the decoder.
struct AdapterOptions {
    std::int64_t rank = 8;
    double alpha = 16;        ///< their output is scaled by alpha / rank
    double dropout = 0;       ///< on their input, while gradients are computed
    std::uint64_t seed = 42;  ///< of lora_A; lora_B begins at zero
};

/// LLaMA decoder (transformers LlamaForCausalLM 4.31): RMSNorm, rotary,
/// grouped-query attention, SwiGLU.
class LanguageModel {
  public:
    LanguageModel(const LanguageConfig& config, WeightSource& source,
                  const PlacementOptions& placement);

    /// ids [L] or [B,L] int64 -> [..,D].
    at::Tensor embed(const at::Tensor& ids) const;

    /// Inference over one sequence: embeds [L,D] appended after cache.length(); returns final
    /// hidden states (after norm) [L,D]. Throws Error{Context} when the cache has no room.
    /// `attention`: if given, receives the fp32 mean over layers and heads of the last position's
    /// attention to every cached position [length] (after the step). A stop asked for through
    /// `stop` is seen before every layer: Error{Stopped}, the cache keeps its length.
    at::Tensor forward(const at::Tensor& embeds, KeyValueCache& cache,
                       at::Tensor* attention = nullptr, const base::StopToken& stop = {}) const;
    /// Returns how many positions forward_each() takes: the next one, and guesses behind it. 1
    /// where a guess costs as much as a token.
    int most_guesses() const;
    /// The same for up to most_guesses() positions that may be cut off again: each has the bits it
    /// would have alone. `attention`: if given, receives what each position pays [n,length].
    at::Tensor forward_each(const at::Tensor& embeds, KeyValueCache& cache, at::Tensor* attention,
                            const base::StopToken& stop = {}) const;

    /// Inference as forward(), but returns what each of these positions pays to every cached one
    /// [n,length] fp32 in the layer and head asked for; the mean over what is not set. The scores
    /// of a layer's heads [heads,n,length] are written out: a long stretch is for several calls.
    /// Throws Error{Usage} for a layer or head that the model does not have.
    at::Tensor attention_of(const at::Tensor& embeds, KeyValueCache& cache,
                            std::optional<int> layer, std::optional<int> head,
                            const base::StopToken& stop = {}) const;

    /// Training and scoring: whole sequences embeds [B,L,D], attention_mask [B,L] bool (right
    /// padding) -> hidden [B,L,D];
    /// position ids 0..L-1. Rows of padding positions are arbitrary (causality alone keeps padding
    /// out of the others). Throws Error{Internal} when the padding is not on the right.
    /// `checkpoint_layers`: recompute each layer in backward instead of keeping its activations.
    /// `hooks`: called around every layer (may be null).
    at::Tensor forward_batch(const at::Tensor& embeds, const at::Tensor& attention_mask,
                             bool checkpoint_layers, LayerHooks* hooks = nullptr) const;

    /// hidden [..,D] -> fp32 logits [..,V].
    at::Tensor logits(const at::Tensor& hidden) const;

    const LanguageConfig& config() const { return config_; }
    const PlacementOptions& placement() const { return placement_; }
    /// Full checkpoint names ("model.embed_tokens.weight", …, "lm_head.weight" unless tied), in
    /// model order.
    /// Quantized matrices are not among them.
    const NamedTensors& parameters() const { return parameters_; }

    /// Puts an adapter beside every linear layer of the decoder layers (not lm_head), as PEFT
    /// begins one: lora_A uniform within 1/sqrt(inputs), lora_B zero. Once a model.
    void add_adapters(const AdapterOptions& options);
    /// Returns "model.layers.0.self_attn.q_proj.lora_A.weight" [r,in], "….lora_B.weight" [out,r], …
    /// in the compute type; empty without adapters.
    const NamedTensors& adapter_parameters() const { return adapter_parameters_; }
    /// What the adapters' dropout in the next forward_batch is a function of.
    void set_dropout_key(std::uint64_t key) { dropout_key_ = key; }
    /// Returns the quantized matrices by their checkpoint names, in model order.
    const NamedQuantized& quantized() const { return quantized_; }
    /// Returns the bytes of all of them with their scales.
    std::int64_t quantized_bytes() const;

  private:
    /// Neighbouring layers [first, end) on one device.
    struct Part {
        c10::Device device;
        int first, end;
    };
    Part part_from(int first) const;
    /// Throws Error{Context} when the cache has no room for `count` more.
    static void check_room(const KeyValueCache& cache, std::int64_t count);
    at::Tensor through_parts(at::Tensor x, KeyValueCache& cache, at::Tensor* attention,
                             const base::StopToken& stop) const;
    at::Tensor by_operators(at::Tensor x, const at::Tensor& cos, const at::Tensor& sin,
                            KeyValueCache& cache, const Part& part, at::Tensor* attention,
                            const base::StopToken& stop) const;
    at::Tensor decode_on_device(const at::Tensor& x, KeyValueCache& cache,
                                at::Tensor* attention) const;
    LanguageConfig config_;
    PlacementOptions placement_;
    LinearLayer embed_tokens_, lm_head_;
    at::Tensor norm_;
    std::vector<DecoderLayer> layers_;
    NamedTensors parameters_, adapter_parameters_;
    NamedQuantized quantized_;
    double dropout_ = 0;
    std::uint64_t dropout_key_ = 0;
};

}  // namespace univi::model
