#pragma once

#include <string>
#include <string_view>

namespace univi::text {

/// What the normalizer part of a SentencePiece model says about spaces.
struct SpaceRules {
    bool adds_dummy_prefix = true;
    bool removes_extra_spaces = true;
};

/// Looks through the bytes of a tokenizer.model before SentencePiece may parse them: the protobuf's
/// outer shape, the number of pieces, and that it carries no character map (LLaMA's has none;
/// SentencePiece follows the offsets of such a map unchecked). Throws Error{Format} naming `where`.
SpaceRules check_sentencepiece_model(std::string_view bytes, const std::string& where);

}  // namespace univi::text
