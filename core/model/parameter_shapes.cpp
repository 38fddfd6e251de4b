#include "core/model/parameter_shapes.h"

#include <functional>
#include <numeric>

namespace univi::model {
namespace {

using enum ParameterKind;

std::string decoder_layer_name(int layer) {
    return "model.layers." + std::to_string(layer) + ".";
}

/// The matrices of one decoder layer; names without ".weight".
std::vector<ParameterShape> decoder_matrices(const LanguageConfig& config) {
    const std::int64_t d = config.hidden_size, inner = config.intermediate_size;
    const std::int64_t q = std::int64_t{config.num_heads} * config.head_dim,
                       kv = std::int64_t{config.num_kv_heads} * config.head_dim;
    return {{"self_attn.q_proj", {q, d}, Linear},  {"self_attn.k_proj", {kv, d}, Linear},
            {"self_attn.v_proj", {kv, d}, Linear}, {"self_attn.o_proj", {d, q}, Linear},
            {"mlp.gate_proj", {inner, d}, Linear}, {"mlp.up_proj", {inner, d}, Linear},
            {"mlp.down_proj", {d, inner}, Linear}};
}

void add_tower_layer(std::vector<ParameterShape>& list, const std::string& at,
                     const VisionConfig& config) {
    const std::int64_t c = config.hidden_size, inner = config.intermediate_size;
    const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        list.push_back({at + name + ".weight", {out, in}, Matrix});
        list.push_back({at + name + ".bias", {out}, Direct});
    };
    const auto norm = [&](const std::string& name) {
        list.push_back({at + name + ".weight", {c}, Direct});
        list.push_back({at + name + ".bias", {c}, Direct});
    };
    for (const char* name : {"k_proj", "v_proj", "q_proj", "out_proj"})
        linear(std::string("self_attn.") + name, c, c);
    norm("layer_norm1");
    linear("mlp.fc1", inner, c);
    linear("mlp.fc2", c, inner);
    norm("layer_norm2");
}

}  // namespace

std::int64_t ParameterShape::num_elements() const {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<ParameterShape> decoder_parameters(const LanguageConfig& config) {
    const std::int64_t d = config.hidden_size, vocab = config.vocab_size;
    std::vector<ParameterShape> list{{"model.embed_tokens.weight", {vocab, d}, Tokens}};
    for (int i = 0; i < config.num_layers; ++i) {
        const std::string at = decoder_layer_name(i);
        for (const ParameterShape& each : decoder_matrices(config))
            list.push_back({at + each.name + ".weight", each.shape, Linear});
        for (const char* name : {"input_layernorm.weight", "post_attention_layernorm.weight"})
            list.push_back({at + name, {d}, Direct});
    }
    list.push_back({"model.norm.weight", {d}, Direct});
    if (!config.tie_word_embeddings) list.push_back({"lm_head.weight", {vocab, d}, Tokens});
    return list;
}

std::vector<ParameterShape> adapter_parameters(const LanguageConfig& config, std::int64_t rank) {
    std::vector<ParameterShape> list;
    for (int i = 0; i < config.num_layers; ++i) {
        for (const ParameterShape& each : decoder_matrices(config)) {
            const std::string name = decoder_layer_name(i) + each.name;
            list.push_back({name + ".lora_A.weight", {rank, each.shape[1]}, Direct});
            list.push_back({name + ".lora_B.weight", {each.shape[0], rank}, Direct});
        }
    }
    return list;
}

std::vector<ParameterShape> tower_parameters(const VisionConfig& config) {
    const std::int64_t c = config.hidden_size, p = config.patch_size;
    std::vector<ParameterShape> list{
        {"embeddings.class_embedding", {c}, Direct},
        {"embeddings.patch_embedding.weight", {c, 3, p, p}, Direct},
        {"embeddings.position_embedding.weight", {config.num_patches() + 1, c}, Direct},
        {"pre_layrnorm.weight", {c}, Direct},  // spelled so in every CLIP checkpoint
        {"pre_layrnorm.bias", {c}, Direct}};
    for (int i = 0; i < config.num_layers; ++i)
        add_tower_layer(list, "encoder.layers." + std::to_string(i) + ".", config);
    for (const char* name : {"post_layernorm.weight", "post_layernorm.bias"})
        list.push_back({name, {c}, Direct, /*is_optional=*/true});
    return list;
}

std::vector<ParameterShape> projector_parameters(const ModelConfig& config, std::int64_t channels,
                                                 bool is_linear) {
    const std::string name = "model.mm_projector", &type = config.projector_type;
    const std::int64_t out = config.language.hidden_size;
    if (is_linear || type == "linear")
        return {{kLinearProjector, {out, channels}, Direct}, {name + ".bias", {out}, Direct}};
    const int depth = std::stoi(type.substr(3));  // mlpNx_gelu, checked when the config was read
    std::vector<ParameterShape> list;
    for (int i = 0; i < depth; ++i) {
        const std::string at = name + "." + std::to_string(2 * i);  // GELUs stand between
        list.push_back({at + ".weight", {out, i == 0 ? channels : out}, Direct});
        list.push_back({at + ".bias", {out}, Direct});
    }
    return list;
}

}  // namespace univi::model
