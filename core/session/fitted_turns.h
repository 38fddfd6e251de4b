#pragma once

#include <vector>

#include "core/protocol/engine_protocol.h"
#include "core/session/prompt_builder.h"
#include "core/session/question.h"

namespace univi::session {

/// What of a conversation its prompt is made of.
struct FittedTurns {
    std::vector<protocol::PastTurn> turns;
    Question question;  ///< only `media` differs from the one that was asked
    int dropped_turns = 0;
    int dropped_media = 0;  ///< the conversation's first ones
    int tokens = 0;         ///< of the prompt, as far as those of its media are known
};

/// Leaves out as few of the oldest turns as let the prompt fit and leave room for `reply_tokens`,
/// or for a quarter of the context where that is less; none where the options' when_full says so.
/// Media that stay stand before those of the first turn that stays. `media_tokens`: of the turns'
/// media, then of the question's; negative ones are not known and count as nothing.
FittedTurns fit_turns(const PromptBuilder& prompts, const std::vector<protocol::PastTurn>& turns,
                      const Question& question, const std::vector<int>& media_tokens,
                      int reply_tokens);

}  // namespace univi::session
