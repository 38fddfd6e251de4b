#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/engine_protocol.h"
#include "core/server/media_part.h"

namespace univi::server {

/// A question with its media, and the reply it got; the last one of a request has none.
struct ChatTurn {
    std::vector<MediaPart> media;
    std::string question;
    std::optional<std::string> reply;
};

/// The body of a POST to /v1/chat/completions, checked.
struct ChatRequest {
    std::string model;  ///< empty: whatever is loaded
    std::vector<ChatTurn> turns;
    protocol::GenerationOptions options;
    std::vector<std::string> stop;
    bool stream = false, include_usage = false, log_probabilities = false;
    int alternatives = 0;  ///< top_logprobs
};

/// What a request may ask for at most, and what holds where it says nothing.
struct RequestRules {
    protocol::GenerationOptions defaults;
    int most_media = 16;
};

/// Reads a request. Fields that are not known are passed over, as OpenAI's clients send many; those
/// that would change the reply and cannot be followed are refused. Throws ApiError.
ChatRequest parse_chat_request(std::string_view body, const RequestRules& rules);

}  // namespace univi::server
