#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/placement.h"
#include "core/protocol/engine_protocol.h"
#include "core/session/position_tag.h"
#include "core/session/question.h"
#include "core/text/conversation_template.h"

namespace univi::session {

/// A medium as a prompt sees it, without its tensors.
struct PromptMedium {
    int placeholders = 1;     ///< 1 for a picture, its frames for a video
    std::int64_t tokens = 0;  ///< its visual tokens
    std::int64_t serial = 0;  ///< EncodedMedium::serial
    /// which of its visual tokens the prompt goes without, ascending
    std::vector<int> left_out{};
};

/// A prompt as a list of positions; model::splice embeds it.
struct BuiltPrompt {
    std::vector<std::int32_t> ids;   ///< placeholders as text::kImageToken
    std::vector<model::Slot> slots;  ///< [L]
    std::vector<PositionTag> tags;   ///< [L]
    /// per medium of the conversation, where its visual tokens stand
    std::vector<std::vector<int>> positions;
    int visual_tokens = 0;
    /// leading positions that every first question has under this template and system prompt
    int opening = 0;
    int dropped_turns = 0, dropped_media = 0;  ///< what fit_turns left out
    const text::ConversationTemplate* conversation_template = nullptr;
};

/// Makes a conversation's turns and its open question into the positions that the language model
/// reads. Works on plain numbers; thread-safe.
class PromptBuilder {
  public:
    struct Options {
        std::string default_template;  ///< what "" and "default" mean
        model::VisualOrder order = model::VisualOrder::Interleaved;
        int capacity = 0;  ///< positions that prompt and reply share
    };
    /// The tokenizer must outlive it.
    PromptBuilder(const text::Tokenizer& tokenizer, Options options);

    /// Lays out all turns and the open one. `media`: of the turns, then of the question. Throws
    /// Error{Usage} for an unknown template, Error{Context} when the prompt leaves no room for the
    /// reply's first token.
    BuiltPrompt build(const std::vector<protocol::PastTurn>& turns, const Question& question,
                      const std::vector<PromptMedium>& media) const;
    /// Returns the ids of the prompt, each medium as one text::kImageToken.
    std::vector<std::int32_t> words(const std::vector<protocol::PastTurn>& turns,
                                    const Question& question) const;
    /// Counts the positions of the prompt that are no visual tokens.
    std::int64_t count_words(const std::vector<protocol::PastTurn>& turns,
                             const Question& question) const;
    /// Refuses a prompt whose text alone is too long, before any picture is read. Throws
    /// Error{Context}.
    void check_text_length(const std::vector<protocol::PastTurn>& turns,
                           const Question& question) const;
    int capacity() const { return options_.capacity; }

  private:
    const text::ConversationTemplate& template_of(const Question& question) const;
    /// `placeholders`: per medium of the turns, then of the question.
    text::Segments segments_of(const std::vector<protocol::PastTurn>& turns,
                               const Question& question,
                               const std::vector<int>& placeholders) const;
    std::vector<std::int32_t> ids_of(const std::vector<protocol::PastTurn>& turns,
                                     const Question& question,
                                     const std::vector<int>& placeholders) const;

    int opening_of(text::Segments segments, const std::vector<std::int32_t>& ids) const;

    const text::Tokenizer& tokenizer_;
    Options options_;
};

}  // namespace univi::session
