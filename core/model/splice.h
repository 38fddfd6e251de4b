#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/model/language_model.h"
#include "core/model/placement.h"

namespace univi::model {

/// Embeds the positions that place_tokens laid out -> [L,D] on the language model's device and in
/// its type: text from `ids`, visual tokens from `media` [n,D] each. Differentiable in the visual
/// tokens. Throws Error{Internal} for tokens of another width and for a prompt without positions.
at::Tensor splice(const LanguageModel& language, const std::vector<std::int32_t>& ids,
                  const std::vector<Slot>& slots, const std::vector<at::Tensor>& media);

}  // namespace univi::model
