#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/base/stop_token.h"
#include "core/model/language_model.h"
#include "core/session/position_tag.h"
#include "core/session/prompt_cache.h"

namespace univi::session {

/// Returns the unmodified fp32 logits [vocab] of the token that would follow a prompt. Computes
/// only what the cache does not hold of it, and leaves the prompt there. `embeds`: [L,D].
std::vector<float> next_token_logits(const model::LanguageModel& language, PromptCache& cache,
                                     const std::vector<PositionTag>& tags, const at::Tensor& embeds,
                                     const base::StopToken& stop = {});

/// The same for prompts [L_i,D] that are run through the decoder together, without a cache.
std::vector<std::vector<float>> next_token_logits_together(const model::LanguageModel& language,
                                                           const std::vector<at::Tensor>& prompts);

/// Returns ln p of each of `ids` as the reply to a prompt [P,D], under the unmodified distribution.
/// Computes of the prompt only what the cache does not hold, and leaves the prompt there.
std::vector<double> reply_log_probabilities(const model::LanguageModel& language,
                                            PromptCache& cache,
                                            const std::vector<PositionTag>& tags,
                                            const at::Tensor& embeds,
                                            const std::vector<std::int32_t>& ids,
                                            const base::StopToken& stop = {});

}  // namespace univi::session
