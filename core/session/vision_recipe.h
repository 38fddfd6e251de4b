#pragma once
// Inside of core/session and of the trainer only: holds LibTorch.

#include <string>

#include "core/media/preprocess.h"
#include "core/model/univi_model.h"

namespace univi::session {

/// Returns all tensors of some weights, the parts of quantized matrices behind the others.
model::NamedTensors all_tensors(const model::NamedTensors& weights,
                                const model::NamedQuantized& quantized);

/// Returns the SHA-256 of names, types and values, in hex; computed on LibTorch's threads.
/// `quantized`: matrices in Int8.
std::string weights_digest(const model::NamedTensors& weights,
                           const model::NamedQuantized& quantized = {});

/// Returns a text that names everything of a model and of its preprocessing that shapes the merged
/// visual tokens before the projector: the tower's weights by their content, how the tower is
/// built, the layer, the merging, the crop, and the type that is computed in. Where two models have
/// the same text the same frames merge into the same tokens. The model has a tower.
std::string vision_recipe(const model::UniviModel& model, int select_layer,
                          const media::PreprocessOptions& preprocess);

}  // namespace univi::session
