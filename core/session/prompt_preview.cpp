#include "core/session/prompt_preview.h"

#include <algorithm>
#include <cstdio>

namespace univi::session {

namespace {

using protocol::PromptKind;
using protocol::PromptPiece;
using Kind = text::Tokenizer::Piece::Kind;

std::string control_name(const text::Tokenizer& tokenizer, std::int32_t id) {
    for (const char* name : {"<s>", "</s>", "<unk>"})
        if (tokenizer.control_id(name) == id) return name;
    return "<" + std::to_string(id) + ">";
}

std::string byte_name(std::uint8_t byte) {
    if (byte == '\n' || (byte >= ' ' && byte < 0x7f)) return {static_cast<char>(byte)};
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", byte);
    return text;
}

PromptPiece word_piece(const text::Tokenizer& tokenizer, std::int32_t id) {
    const text::Tokenizer::Piece piece = tokenizer.piece(id);
    if (piece.kind == Kind::Control)
        return {PromptKind::Control, id, control_name(tokenizer, id), 1};
    return {PromptKind::Text, id,
            piece.kind == Kind::Byte ? byte_name(piece.byte) : std::string(piece.text), 1};
}

}  // namespace

protocol::PreviewEvent preview_prompt(const text::Tokenizer& tokenizer,
                                      const std::vector<std::int32_t>& ids,
                                      const std::vector<PreviewMedium>& media) {
    protocol::PreviewEvent out;
    std::size_t next = 0;
    for (const std::int32_t id : ids) {
        if (id == text::kImageToken) {
            const PreviewMedium& medium = media.at(next++);
            out.pieces.push_back({PromptKind::Visual, 0, medium.name, medium.tokens});
            out.visual_tokens += std::max(0, medium.tokens);
            continue;
        }
        out.pieces.push_back(word_piece(tokenizer, id));
        ++out.text_tokens;
    }
    return out;
}

}  // namespace univi::session
