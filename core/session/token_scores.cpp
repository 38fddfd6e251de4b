#include "core/session/token_scores.h"

#include <algorithm>
#include <numeric>

namespace univi::session {

namespace {

std::string text_of(const text::Tokenizer& tokenizer, std::int32_t id) {
    const auto piece = tokenizer.piece(id);
    switch (piece.kind) {
        case text::Tokenizer::Piece::Kind::Text:
            return std::string(piece.text);
        case text::Tokenizer::Piece::Kind::Byte:
            return std::string(1, static_cast<char>(piece.byte));
        case text::Tokenizer::Piece::Kind::Control:
            break;
    }
    return {};
}

/// The `count` ids of the highest logits, the highest first.
std::vector<std::int32_t> highest(std::span<const float> logits, std::size_t count) {
    std::vector<std::int32_t> ids(logits.size());
    std::iota(ids.begin(), ids.end(), 0);
    count = std::min(count, ids.size());
    const auto middle = ids.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(ids.begin(), middle, ids.end(), [&](std::int32_t a, std::int32_t b) {
        const float of_a = logits[static_cast<std::size_t>(a)];
        const float of_b = logits[static_cast<std::size_t>(b)];
        return of_a != of_b ? of_a > of_b : a < b;
    });
    ids.erase(middle, ids.end());
    return ids;
}

}  // namespace

TokenScores token_scores(const text::Tokenizer& tokenizer, const model::GeneratedToken& token,
                         int alternatives) {
    TokenScores out;
    out.chosen = {token.id, token.log_probability, text_of(tokenizer, token.id)};
    if (alternatives <= 0 || token.logits.empty()) return out;
    const auto logit = [&](std::int32_t id) {
        return double(token.logits[static_cast<std::size_t>(id)]);
    };
    const double log_sum = logit(token.id) - token.log_probability;
    for (const auto id : highest(token.logits, static_cast<std::size_t>(alternatives)))
        out.likeliest.push_back({id, logit(id) - log_sum, text_of(tokenizer, id)});
    return out;
}

}  // namespace univi::session
