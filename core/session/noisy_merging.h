#pragma once
// Inside of core/session only: the merging stages with the reference's random terms passed in, for `dump`'s parity runs.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/model/univi_model.h"

namespace univi::session {

using StageNoise = std::function<std::optional<at::Tensor>(int stage)>;              ///< [input tokens]
using CallNoise = std::function<std::optional<at::Tensor>(const std::string& call)>;  ///< by "ctm<s>", "event<j>/ctm<s>"

/// UniviModel::merge_frame with noise per stage. features [N,C].
model::SpatialStages merge_frame_with_noise(const model::UniviModel& model, const at::Tensor& features,
                                            const StageNoise& noise);

/// UniviModel::encode_video with noise for the frames and for every event's stages.
model::VisualEncoding encode_video_with_noise(const model::UniviModel& model, std::vector<model::SpatialStages> frames,
                                              const at::Tensor& frame_vectors,
                                              const std::optional<at::Tensor>& frame_noise, const CallNoise& token_noise);

}  // namespace univi::session
