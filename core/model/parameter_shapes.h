#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model_config.h"

namespace univi::model {

/// What a weight is used for, which decides how it is held.
enum class ParameterKind {
    Matrix,  ///< of the vision tower, only multiplied with: may stay mapped in its stored type, or
             ///< be held in 8 bits
    Linear,  ///< the matrix of a decoder's linear layer: may also be quantized or adapted
    Tokens,  ///< a row a token: the embedding, and the head, which may be held in 8 bits
    Direct,  ///< meets activations itself (norm, bias, embedding): held in the compute type
};

/// Name and shape of one weight as checkpoints have it.
struct ParameterShape {
    std::string name;
    std::vector<std::int64_t> shape;
    ParameterKind kind = ParameterKind::Matrix;
    bool is_optional = false;  ///< a checkpoint may do without all of these

    std::int64_t num_elements() const;
};

/// What stands before a tower's names where the tower lies inside the model's own checkpoint.
inline constexpr const char* kEmbeddedTower = "model.vision_tower.vision_tower.vision_model.";

/// Lists the decoder's weights in model order: "model.embed_tokens.weight",
/// "model.layers.0.self_attn.q_proj.weight", …, "lm_head.weight" unless it is tied.
std::vector<ParameterShape> decoder_parameters(const LanguageConfig& config);

/// Lists the adapters of every linear layer in model order:
/// "model.layers.0.self_attn.q_proj.lora_A.weight" [rank,in], "….lora_B.weight" [out,rank], …
std::vector<ParameterShape> adapter_parameters(const LanguageConfig& config, std::int64_t rank);

/// Lists the vision tower's weights without a prefix: "embeddings.class_embedding", …;
/// post_layernorm, which no hidden state needs, is optional.
std::vector<ParameterShape> tower_parameters(const VisionConfig& config);

/// Weight of the linear projector; checkpoints that hold it are linear whatever their
/// configuration says, as the reference loads them.
inline constexpr const char* kLinearProjector = "model.mm_projector.weight";

/// Lists the projector's weights from `channels` to the decoder's width, weight and bias in turns:
/// one layer, or those of mlpNx_gelu ("model.mm_projector.0.weight", "model.mm_projector.2.weight",
/// …). `is_linear`: the checkpoint holds kLinearProjector.
std::vector<ParameterShape> projector_parameters(const ModelConfig& config, std::int64_t channels,
                                                 bool is_linear = false);

}  // namespace univi::model
