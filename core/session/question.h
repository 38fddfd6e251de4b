#pragma once

#include <string>
#include <vector>

#include "core/base/clip_range.h"
#include "core/protocol/engine_protocol.h"

namespace univi::session {

/// How a file is read: by its content, or as the caller says.
enum class MediumKind { Auto, Picture, Video };

/// One question of a conversation.
struct Question {
    std::vector<std::string> media;
    std::string text;
    /// conv "" or "default": ModelInfo::default_template; what is not set: ModelInfo::generation.
    protocol::GenerationOptions options;
    std::vector<MediumKind> kinds{};  ///< per medium; missing ones are Auto
    /// Words the reply begins with, put right behind the prompt ("ROLE:" and nothing between); the
    /// model goes on from them. Not part of DoneEvent::reply. Plain characters.
    std::string reply_start{};
    /// How many of the likeliest tokens Observer::on_scores names beside each one of the reply.
    int alternatives = 0;
    std::vector<base::ClipRange> clips{};  ///< per medium; missing ones are whole
};

}  // namespace univi::session
