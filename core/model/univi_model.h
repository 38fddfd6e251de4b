#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/model/language_model.h"
#include "core/model/load_options.h"
#include "core/model/model_config.h"
#include "core/model/vision_tower.h"

namespace univi::model {

/// What a loaded model can be asked about.
enum class Sight { Pictures, NoProjector, NoVisionTower };

/// Vision tower, merging, projector and decoder of one checkpoint.
class UniviModel {
  public:
    /// Throws base::Error{File|Format|Model|Stopped} in one sentence; lists missing and wrongly
    /// shaped tensors by name.
    static std::unique_ptr<UniviModel> load(const LoadOptions& options);

    /// pixel_values [T,3,S,S] -> features [T,N,C]. Callers bound T (kFramesAtOnce). Throws
    /// Error{Model} without a tower.
    at::Tensor features(const at::Tensor& pixel_values) const;
    /// [n,C] -> [n,D]; differentiable in the projector.
    at::Tensor project(const at::Tensor& tokens) const;

    const ModelConfig& config() const { return config_; }
    const LanguageModel& language() const { return *language_; }
    LanguageModel& language() { return *language_; }
    const VisionTower* vision() const { return vision_.get(); }
    /// Returns "model.mm_projector.weight", "model.mm_projector.bias" (or .0.weight … for
    /// mlpNx_gelu).
    const NamedTensors& projector_parameters() const { return projector_; }
    const std::vector<std::string>& missing() const { return missing_; }
    const std::vector<std::string>& unused() const { return unused_; }
    /// Other than Pictures only with LoadOptions::allow_text_only.
    Sight sight() const { return sight_; }
    /// Returns the folder the tower was loaded from; empty for the embedded copy.
    const std::filesystem::path& vision_tower_folder() const { return vision_tower_folder_; }
    /// Returns what lies where, as it was planned before loading; empty without LoadOptions::rooms.
    const std::vector<DeviceShare>& shares() const { return shares_; }

  private:
    ModelConfig config_;
    std::unique_ptr<VisionTower> vision_;
    std::unique_ptr<LanguageModel> language_;
    NamedTensors projector_;
    std::vector<std::string> missing_, unused_;
    Sight sight_ = Sight::Pictures;
    std::filesystem::path vision_tower_folder_;
    std::vector<DeviceShare> shares_;
};

}  // namespace univi::model
