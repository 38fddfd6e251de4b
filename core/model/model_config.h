#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace univi::model {

/// LLaMA decoder (config.json).
struct LanguageConfig {
    int hidden_size = 4096, intermediate_size = 11008, num_layers = 32;
    int num_heads = 32, num_kv_heads = 32, vocab_size = 32000;
    int head_dim = 128;
    int max_position_embeddings = 2048;
    double rms_norm_eps = 1e-6;
    double rope_theta = 10000;
    enum class RopeScaling { None, Linear, Dynamic, Llama3, Yarn } rope_scaling = RopeScaling::None;
    double rope_scaling_factor = 1;
    int rope_original_positions = 0;  ///< Llama3, Yarn: the context before it was extended
    double rope_low_freq_factor = 1, rope_high_freq_factor = 4;  ///< Llama3
    double rope_beta_fast = 32, rope_beta_slow = 1;              ///< Yarn
    bool rope_truncate = true;         ///< Yarn: its borders are whole dimensions
    double rope_attention_factor = 1;  ///< Yarn: what cosines and sines are multiplied by
    bool tie_word_embeddings = false;
    int bos_token_id = 1, eos_token_id = 2, pad_token_id = 0;
};

/// CLIP vision transformer.
struct VisionConfig {
    int hidden_size = 1024, intermediate_size = 4096, num_layers = 24, num_heads = 16;
    int image_size = 224, patch_size = 14;
    double layer_norm_eps = 1e-5;
    bool quick_gelu = true;  ///< hidden_act: quick_gelu or gelu
    int grid_size() const { return image_size / patch_size; }
    int num_patches() const { return grid_size() * grid_size(); }
};

/// Token merging (config.json "config").
struct ClusterConfig {
    bool use_cluster = true;
    double spatial_rate[3] = {64, 32, 16};
    double temporal_rate = 0.0625;
    static constexpr int kSpatialNeighbors[3] = {5, 3, 3};
    static constexpr int kTemporalNeighbors = 5;
};

struct ModelConfig {
    LanguageConfig language;
    ClusterConfig cluster;
    std::string vision_tower;  ///< mm_vision_tower: path or Hugging Face name; empty: none
    /// "vision_config", as CLIPVisionConfig writes it: how a tower inside the checkpoint is built.
    std::optional<VisionConfig> vision;
    int mm_hidden_size = 1024;
    int select_layer = -2;
    bool select_patch = true;               ///< mm_vision_select_feature "patch": CLS dropped
    std::string projector_type = "linear";  ///< linear | mlpNx_gelu
    bool pad_to_square = false;             ///< image_aspect_ratio "pad"
    bool use_im_start_end = false, use_im_patch_token = false;
    std::string torch_dtype = "float16";
};

/// Reads and range-checks config.json. Throws Error{File|Format|Model}: "model_type is qwen2,
/// expected ChatUniVi or llama". Plain `llama` configs (bases) are accepted.
ModelConfig read_model_config(const std::filesystem::path& folder);
/// Raw config.json beside it, for writing it back unchanged.
base::Json read_raw_config(const std::filesystem::path& folder);

/// config.json of a tower folder (CLIPModel's vision_config or CLIPVisionModel).
VisionConfig read_vision_config(const std::filesystem::path& folder);
/// Built-in configurations of the OpenAI towers by name
/// (clip-vit-base-patch16/32, large-patch14, large-patch14-336).
std::optional<VisionConfig> known_vision_config(const std::string& name);

}  // namespace univi::model
