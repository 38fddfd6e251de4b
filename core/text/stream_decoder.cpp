#include "core/text/tokenizer.h"
#include "core/text/utf8.h"

namespace univi::text {

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer) : tokenizer_(&tokenizer) {}

std::string StreamDecoder::take_characters(bool at_end) {
    std::string taken;
    std::string_view rest = bytes_;
    while (!rest.empty()) {
        const auto [state, length] = first_utf8_character(rest);
        if (state == Utf8State::Incomplete && !at_end) break;
        const bool valid = state == Utf8State::Valid;
        taken += valid ? rest.substr(0, length) : kReplacementCharacter;
        rest.remove_prefix(valid ? length : 1);
    }
    bytes_.erase(0, bytes_.size() - rest.size());
    return taken;
}

std::string StreamDecoder::push(std::int32_t id) {
    const Tokenizer::Piece piece = tokenizer_->piece(id);
    if (piece.kind == Tokenizer::Piece::Kind::Control) return {};
    std::string added;
    if (piece.kind == Tokenizer::Piece::Kind::Byte) {
        bytes_ += static_cast<char>(piece.byte);
        added = take_characters(false);
    } else {
        std::string_view words = piece.text;
        if (at_start_ && tokenizer_->drops_first_space() && words.starts_with(' '))
            words.remove_prefix(1);
        added = take_characters(true);
        added += words;
    }
    at_start_ = false;
    text_ += added;
    return added;
}

std::string StreamDecoder::finish() {
    std::string added = take_characters(true);
    text_ += added;
    return added;
}

}  // namespace univi::text
