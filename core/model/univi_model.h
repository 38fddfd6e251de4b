#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/model/clustering.h"
#include "core/model/language_model.h"
#include "core/model/model_config.h"
#include "core/model/vision_tower.h"

namespace univi::model {

struct LoadOptions {
    /// full folder, LoRA folder, or stage-1 folder with mm_projector.bin
    std::filesystem::path model;
    std::filesystem::path model_base;    ///< base for LoRA / projector folders
    std::filesystem::path vision_tower;  ///< folder; empty: config's name (relative to model's
                                         ///< parent, path, Hugging Face cache), embedded copy
    /// mm_projector.bin to put over the model's own (training stage 2)
    std::filesystem::path projector;
    bool allow_missing_projector = false;  ///< stage 1: start from a fresh projector (seeded)
    bool load_vision_tower = true;
    /// Chat: a plain language model, or one whose vision tower is nowhere, loads for text alone.
    bool allow_text_only = false;
    /// Only finds out whether it would load: adapters are read but not merged.
    bool check_only = false;
    PlacementOptions placement;
    std::function<void(double fraction, const std::string& what)> progress;
    base::StopToken stop;
};

/// The three merging stages of one picture, frame or event. Integer tensors int64 on the CPU side
/// of the API.
struct SpatialStages {
    /// over the previous stage's output (or the features): B = 1 squeezed, [N], [m]
    ClusterResult stage[3];
    at::Tensor merged[3];     ///< [m_s, C]
    at::Tensor idx_token[3];  ///< [N] int64: original patch -> cluster of stage s (what is drawn)
};

/// A picture: one frame. A video: frames, then events over them.
struct VisualEncoding {
    std::vector<SpatialStages> frames;
    std::optional<ClusterResult> temporal;  ///< frames -> events (video only), B squeezed
    /// per event its frames in time order; events ordered by first frame
    std::vector<std::vector<int>> events;
    /// per event, stages over the union of its frames' stage tokens
    std::vector<SpatialStages> event_stages;
    at::Tensor visual_tokens;  ///< [n, D] projected, in LLM order
};

/// Optional random terms of the reference (parity tests).
struct ClusterNoise {
    std::optional<at::Tensor> frame;  ///< [T]
    /// three of a picture ([N],[64],[32]) or three an event, in call order
    std::vector<at::Tensor> token;
};

/// Visual tokens before the projector, [n,C]: what encode_picture and encode_video hand to
/// it. Stages 0..2 of one picture's or frame's features [N,C]; `noise`: none, or one [N_s]
/// tensor a stage.
SpatialStages merge_spatial(const ClusterConfig& config, const at::Tensor& features,
                            const std::vector<at::Tensor>& noise = {});
/// The stages' outputs one after the other, [112,C].
at::Tensor stage_tokens(const SpatialStages& stages);
/// Frames into events, and every event's three stages over the union of its frames' stage tokens.
/// visual_tokens stay empty. `frame_vectors` [T,C]; the members of `noise` may be empty.
VisualEncoding merge_video(const ClusterConfig& config, std::vector<SpatialStages> frames,
                           const at::Tensor& frame_vectors, const ClusterNoise& noise = {});

/// What a loaded model can be asked about.
enum class Sight { Pictures, NoProjector, NoVisionTower };

/// Vision tower, merging, projector and decoder of one checkpoint.
class UniviModel {
  public:
    /// Throws base::Error{File|Format|Model|Stopped} in one sentence; lists missing/misshapen
    /// tensors by name.
    static std::unique_ptr<UniviModel> load(const LoadOptions& options);

    /// pixel_values [T,3,S,S] -> features [T,N,C].
    at::Tensor features(const at::Tensor& pixel_values) const;
    /// Merging of one picture's or frame's features [N,C] (stages 0..2). Without use_cluster:
    /// merged[0] are the features.
    SpatialStages merge_frame(const at::Tensor& features,
                              const std::vector<at::Tensor>& noise = {}) const;
    /// Picture: frames.size()==1. Projects the 112 tokens (or all tokens when
    /// use_cluster is false).
    VisualEncoding encode_picture(SpatialStages stages) const;
    /// Video from its frames' stages and frame vectors (mean over patch features) [T,C].
    VisualEncoding encode_video(std::vector<SpatialStages> frames, const at::Tensor& frame_vectors,
                                const ClusterNoise& noise = {}) const;
    /// [n,C] -> [n,D]; differentiable in the projector.
    at::Tensor project(const at::Tensor& tokens) const;

    const ModelConfig& config() const { return config_; }
    const LanguageModel& language() const { return *language_; }
    LanguageModel& language() { return *language_; }
    const VisionTower* vision() const { return vision_.get(); }
    /// "model.mm_projector.weight", "model.mm_projector.bias" (or .0.weight … for mlpNx_gelu).
    const NamedTensors& projector_parameters() const { return projector_; }
    const std::vector<std::string>& missing() const { return missing_; }
    const std::vector<std::string>& unused() const { return unused_; }
    /// Other than Pictures only with LoadOptions::allow_text_only.
    Sight sight() const { return sight_; }
    /// Folder the tower was loaded from; empty for the embedded copy.
    const std::filesystem::path& vision_tower_folder() const { return vision_tower_folder_; }

  private:
    ModelConfig config_;
    std::unique_ptr<VisionTower> vision_;
    std::unique_ptr<LanguageModel> language_;
    NamedTensors projector_;
    std::vector<std::string> missing_, unused_;
    Sight sight_ = Sight::Pictures;
    std::filesystem::path vision_tower_folder_;
};

}  // namespace univi::model
