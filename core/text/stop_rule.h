#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/text/conversation_template.h"
#include "core/text/tokenizer.h"

namespace univi::text {

/// Ends a reply at the template's stop string and keeps the string off the screen: text that could
/// be its beginning is held back until the next text decides. Used from one thread, one rule a
/// reply. Source: KeywordsStoppingCriteria of ChatUniVi/mm_utils.py (which looks at the last three
/// tokens only; here the string may be spelled by any number).
class StopRule {
  public:
    /// `stop_id`: the token that is the stop string ("</s>" as EOS), which StreamDecoder leaves out
    /// of the text. An empty `stop` with no `stop_id` never fires.
    explicit StopRule(std::string stop, std::optional<std::int32_t> stop_id = std::nullopt);
    /// The rule of a template.
    StopRule(const Tokenizer& tokenizer, const ConversationTemplate& conversation_template);

    /// Takes a token and the text that StreamDecoder gave for it; returns the text that may be
    /// shown now. After the rule has fired nothing is shown any more.
    std::string push(std::int32_t id, std::string_view text);
    /// Returns the text still held back when generation ended for another reason (`text`: what
    /// StreamDecoder::finish gave).
    std::string finish(std::string_view text = {});
    bool stopped() const { return stopped_; }

  private:
    std::string take(std::string_view text);

    std::string stop_;
    std::optional<std::int32_t> stop_id_;
    std::string held_;  ///< shorter than `stop_`, and a beginning of it
    bool stopped_ = false;
};

}  // namespace univi::text
