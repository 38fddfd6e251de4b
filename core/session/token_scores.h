#pragma once
// Inside of core/session only.

#include "core/model/generation.h"
#include "core/session/observer.h"
#include "core/text/tokenizer.h"

namespace univi::session {

/// Returns a token with its text, and the `alternatives` likeliest ones of its position; ties go to
/// the lower id.
TokenScores token_scores(const text::Tokenizer& tokenizer, const model::GeneratedToken& token,
                         int alternatives);

}  // namespace univi::session
