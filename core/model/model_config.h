#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/language_config.h"

namespace univi::model {

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

/// quant_method of "quantization_config" in the config.json of a folder that univi-cli quantize
/// wrote.
inline constexpr const char* kOwnQuantMethod = "univi";
inline constexpr int kInt4GroupSize = 32;  ///< its "group_size" with 4 bits

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
    int stored_bits = 0;  ///< "quantization_config" of univi-cli quantize: 8 or 4; 0: none
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
