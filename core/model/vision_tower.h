#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "core/model/linear_layer.h"
#include "core/model/model_config.h"
#include "core/model/taken_weights.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// CLIP ViT (transformers CLIPVisionTransformer). Weights keep the checkpoint's names; forward is
/// differentiable when the parameters require grad, so the demo model's tower is trained with
/// this very class. Matrices may be held in 8 bits (PlacementOptions::quantize_tower).
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
    /// Name (without prefix) -> weight, in checkpoint order, but for matrices in 8 bits.
    const NamedTensors& parameters() const { return parameters_; }
    /// The matrices in 8 bits, named so too.
    const NamedQuantized& quantized() const { return quantized_; }

  private:
    struct Linear {
        LinearLayer matrix;
        at::Tensor bias;
        Linear() = default;
        Linear(const TakenWeights& weights, const std::string& name);
        at::Tensor operator()(const at::Tensor& x) const;
    };
    struct Norm {
        at::Tensor weight, bias;
        double eps = 0;
        Norm() = default;
        Norm(const TakenWeights& weights, const std::string& name, double eps);
        at::Tensor operator()(const at::Tensor& x) const;
    };
    struct Layer {
        Layer(const TakenWeights& weights, const std::string& at, double eps);
        Linear q, k, v, out, fc1, fc2;
        Norm norm1, norm2;
    };
    at::Tensor embed(const at::Tensor& pixel_values) const;
    at::Tensor run_layer(const Layer& layer, const at::Tensor& x) const;

    VisionConfig config_;
    PlacementOptions placement_;
    at::Tensor class_embedding_, patch_embedding_, position_embedding_;
    Norm pre_norm_;
    std::vector<Layer> layers_;
    NamedTensors parameters_;
    NamedQuantized quantized_;
};

}  // namespace univi::model
