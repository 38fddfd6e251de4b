#pragma once

#include <cstdint>
#include <string>

#include "core/text/conversation_template.h"
#include "core/text/stop_rule.h"
#include "core/text/tokenizer.h"

namespace univi::session {

/// Turns generated ids into the text of a reply: ends at the template's stop string and shows
/// neither it nor the blanks before the first and after the last word. One reply each; the
/// tokenizer must outlive it.
class ReplyText {
  public:
    ReplyText(const text::Tokenizer& tokenizer,
              const text::ConversationTemplate& conversation_template);
    /// Takes the next id; returns what became certain with it, which may be empty.
    std::string push(std::int32_t id);
    /// Returns what was held back, when no stop string ended the reply.
    std::string finish();
    bool stopped() const { return rule_.stopped(); }
    /// Returns all pieces together.
    const std::string& text() const { return shown_; }

  private:
    std::string show(const std::string& certain);

    text::StreamDecoder decoder_;
    text::StopRule rule_;
    std::string blanks_;  ///< held back: perhaps the reply's last
    std::string shown_;
};

}  // namespace univi::session
