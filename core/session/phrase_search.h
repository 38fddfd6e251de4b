#pragma once
// Inside of core/session only: holds LibTorch.

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/language_model.h"
#include "core/protocol/engine_protocol.h"
#include "core/text/tokenizer.h"

namespace univi::session {

/// The tokens of a phrase as they stand within a sentence, without BOS. Throws Error{Usage} when
/// nothing is left of it.
std::vector<std::int32_t> phrase_tokens(const text::Tokenizer& tokenizer,
                                        const std::string& phrase);

/// Compares visual tokens [n,D] with the mean embedding of `ids` (FoundEvent says how).
protocol::FoundEvent nearness_of(const model::LanguageModel& language,
                                 const at::Tensor& visual_tokens,
                                 const std::vector<std::int32_t>& ids);

}  // namespace univi::session
