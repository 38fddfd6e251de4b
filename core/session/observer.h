#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/protocol/engine_protocol.h"

namespace univi::session {

/// A token and how likely the model took it to be.
struct TokenChance {
    std::int32_t token = 0;
    double log_probability = 0;  ///< under the unmodified distribution
    std::string text;            ///< words start with a space; a raw byte may be no UTF-8
};
/// What a token of the reply was chosen from.
struct TokenScores {
    TokenChance chosen;
    std::vector<TokenChance> likeliest;  ///< Question::alternatives of them, the likeliest first
};

/// Is told what a conversation does, on the engine's thread. Every function is optional.
struct Observer {
    std::function<void(const protocol::MediaProgressEvent&)> on_media_progress;
    /// `medium`: place among the conversation's media. TokenGroups::medium is not set.
    std::function<void(int medium, const protocol::TokenGroups&)> on_groups;
    std::function<void(const protocol::PromptEvent&)> on_prompt;
    std::function<void(const protocol::TokenEvent&)> on_token;
    /// Comes before the on_token of the same token.
    std::function<void(const TokenScores&)> on_scores;
};

}  // namespace univi::session
