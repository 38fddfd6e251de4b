#include "core/session/reply_text.h"

namespace univi::session {

ReplyText::ReplyText(const text::Tokenizer& tokenizer,
                     const text::ConversationTemplate& conversation_template)
    : decoder_(tokenizer), rule_(tokenizer, conversation_template) {}

std::string ReplyText::show(const std::string& certain) {
    constexpr const char* kBlanks = " \t\r\n";
    std::string piece = blanks_ + certain;
    const auto last = piece.find_last_not_of(kBlanks);
    const auto words_end = last == std::string::npos ? 0 : last + 1;
    blanks_ = piece.substr(words_end);
    piece.resize(words_end);
    if (shown_.empty() && !piece.empty()) piece.erase(0, piece.find_first_not_of(kBlanks));
    shown_ += piece;
    return piece;
}

std::string ReplyText::push(std::int32_t id) {
    return show(rule_.push(id, decoder_.push(id)));
}

std::string ReplyText::finish() {
    return show(rule_.finish(decoder_.finish()));
}

}  // namespace univi::session
