#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/model/language_model.h"
#include "core/model/placement.h"

namespace univi::model {

/// One medium of a prompt.
struct MediaTokens {
    int placeholders = 1;  ///< adjacent ones it stands for: 1 for a picture, a video's frames
    at::Tensor tokens;     ///< [n,D]
};

/// What the language model reads.
struct SplicedInput {
    at::Tensor embeds;                 ///< [L,D]
    std::vector<std::int32_t> origin;  ///< [L] a position's id, or -1-m for medium m's tokens
};

/// Embeds ids with kPlaceholder where media go, and the media's tokens in their places. In
/// reference order a medium of more than kLongestPictureRun placeholders is one video and a longer
/// run is one medium; the caller encodes them so. Throws Error{Model} as place_tokens does.
SplicedInput splice(const LanguageModel& language, const std::vector<std::int32_t>& input_ids,
                    const std::vector<MediaTokens>& media, VisualOrder order);

}  // namespace univi::model
