#pragma once

#include <functional>

#include "core/protocol/engine_protocol.h"

namespace univi::session {

/// Is told what a conversation does, on the engine's thread. Every function is optional.
struct Observer {
    std::function<void(const protocol::MediaProgressEvent&)> on_media_progress;
    /// `medium`: place among the conversation's media. TokenGroups::medium is not set.
    std::function<void(int medium, const protocol::TokenGroups&)> on_groups;
    std::function<void(const protocol::PromptEvent&)> on_prompt;
    std::function<void(const protocol::TokenEvent&)> on_token;
};

}  // namespace univi::session
