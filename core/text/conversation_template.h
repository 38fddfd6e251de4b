#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text/tokenizer.h"

namespace univi::text {

/// How a conversation becomes text. Source: ChatUniVi/conversation.py.
struct ConversationTemplate {
    enum class Style { Single, Two, Plain, Llama2 };  ///< SeparatorStyle of upstream
    std::string name;
    std::string system;
    std::string user_role, assistant_role;
    Style style = Style::Two;
    std::string sep, sep2;
    /// exchanges put before the first question
    std::vector<std::pair<std::string, std::string>> seed_turns;

    /// Returns the text that ends a reply when the model writes it ("###"; "</s>" for v1, which is
    /// the EOS token).
    std::string stop_string() const;
};

/// v1, simple, simpleqa, plain, llama_2 ("default" = simple). Throws Error{Usage} naming
/// the known ones.
const ConversationTemplate& find_template(std::string_view name);
std::vector<std::string> template_names();

/// One exchange. `media` placeholders per medium come first: a picture is 1 placeholder followed by
/// a newline; a video is `frames` placeholders followed by one newline.
struct Turn {
    /// placeholders per medium, in order (1 = picture, frames of a video otherwise)
    std::vector<int> media;
    std::string question;
    std::optional<std::string> answer;  ///< nullopt: open turn, the prompt ends in "ROLE:"
};

/// Returns the prompt of a conversation as segments; user and answer text is Kind::User, everything
/// else Kind::Template. `system`: replaces the template's when set.
Segments render_prompt(const ConversationTemplate& conversation_template,
                       const std::vector<Turn>& turns,
                       const std::optional<std::string>& system = std::nullopt);

/// The same for contents of any segments, user and assistant in turn, without seed turns (training
/// samples). An empty content renders as "ROLE:".
Segments render_messages(const ConversationTemplate& conversation_template,
                         const std::string& system, const std::vector<Segments>& contents);

/// The same as one string, `<image>` for every Media segment (what golden prompts show).
std::string to_string(const Segments& segments);

}  // namespace univi::text
