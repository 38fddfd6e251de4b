#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "core/model/model_config.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// CLIP ViT (transformers CLIPVisionTransformer). Weights keep the checkpoint's names; forward is
/// differentiable when the parameters require grad, so the demo model's tower is trained with
/// this very class.
class VisionTower {
  public:
    /// Takes `<prefix>embeddings.class_embedding`, … from `source` (prefix e.g. "vision_model."
    /// or "model.vision_tower.vision_tower.vision_model."). post_layernorm is optional and kept
    /// for saving only.
    VisionTower(const VisionConfig& config, WeightSource& source, const std::string& prefix,
                const PlacementOptions& placement);

    /// pixel_values [T,3,S,S] -> hidden_states[select_layer] with CLS dropped when `patch_only`:
    /// [T,N,C] (compute dtype).
    at::Tensor forward(const at::Tensor& pixel_values, int select_layer = -2,
                       bool patch_only = true) const;
    /// Returns every hidden state: [0] after pre-layernorm, [i] after layer i, each [T,1+N,C].
    std::vector<at::Tensor> hidden_states(const at::Tensor& pixel_values) const;

    const VisionConfig& config() const { return config_; }
    /// Name (without prefix) -> weight, in checkpoint order.
    const NamedTensors& parameters() const { return parameters_; }

  private:
    struct Layer {
        at::Tensor q_weight, q_bias, k_weight, k_bias, v_weight, v_bias, out_weight, out_bias;
        at::Tensor norm1_weight, norm1_bias, norm2_weight, norm2_bias;
        at::Tensor fc1_weight, fc1_bias, fc2_weight, fc2_bias;
    };
    /// A weight's name in checkpoints, behind its layer's, and its member.
    struct LayerPart {
        const char* name;
        at::Tensor Layer::*member;
    };
    static const LayerPart kLayerParts[];
    at::Tensor embed(const at::Tensor& pixel_values) const;
    at::Tensor run_layer(const Layer& layer, const at::Tensor& x) const;

    VisionConfig config_;
    PlacementOptions placement_;
    at::Tensor class_embedding_, patch_embedding_, position_embedding_;
    at::Tensor pre_norm_weight_, pre_norm_bias_;
    std::vector<Layer> layers_;
    NamedTensors parameters_;
};

}  // namespace univi::model
