#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "training/demo/tower_data.h"

namespace univi::training::demo {

/// Shape of the demo's CLIP-style tower.
struct TowerShape {
    int width = 192, layers = 6, heads = 6, mlp = 768;
};

/// The tower in the form it is trained: CLIP's arithmetic (transformers CLIPVisionTransformer,
/// quick_gelu) with the attention written out, which on CPUs with bf16 instructions trains twice as
/// fast as the fused operator; and linear heads over the last hidden state that say kind, cell,
/// colour and box of the object under each patch. core/model's VisionTower runs the saved weights;
/// a test holds the two against each other.
class TowerNet {
  public:
    using Parameters = std::vector<std::pair<std::string, at::Tensor>>;

    /// Seeded start: low-frequency cosine filters as patch embedding, sinusoid positions, and in
    /// the lower layers heads that look at one neighbour each (a small tower finds locality only
    /// slowly by itself).
    TowerNet(const TowerShape& shape, std::uint64_t seed);

    /// Checkpoint names ("vision_model.…" and "heads.…") with their fp32 tensors.
    Parameters& parameters() { return parameters_; }
    const TowerShape& shape() const { return shape_; }
    at::Tensor& parameter(const std::string& name);

    /// pixels [B,3,S,S] -> last hidden state without CLS [B,N,width]. `weights`: one tensor a
    /// parameter, in their order, of any float type; the result has that type.
    at::Tensor features(const at::Tensor& pixels, const std::vector<at::Tensor>& weights) const;

    struct Outputs {
        /// [B,N,1+kinds], [B,N,cells], [B,N,colours], [B,N,4], fp32
        at::Tensor kind, cell, colour, box;
    };
    Outputs heads(const at::Tensor& features, const std::vector<at::Tensor>& weights) const;

  private:
    std::size_t index(const std::string& name) const;
    at::Tensor layer(const at::Tensor& x, int number, const std::vector<at::Tensor>& weights) const;
    void initialise(std::uint64_t seed);
    void initialise_attention(int number);

    TowerShape shape_;
    Parameters parameters_;
};

/// Weighted sum of the heads' losses over counted patches.
at::Tensor tower_loss(const TowerNet::Outputs& outputs, const TowerBatch& batch);

/// Shares of counted patches that are right: kind on objects, kind on background, cell, colour;
/// mean distance of the middle.
struct TowerScore {
    double kind = 0, background = 0, cell = 0, colour = 0, centre_error = 0;
};
TowerScore tower_score(const TowerNet::Outputs& outputs, const TowerBatch& batch);

}  // namespace univi::training::demo
