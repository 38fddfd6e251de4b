#include "core/session/fitted_turns.h"

#include <algorithm>

namespace univi::session {

namespace {

using protocol::ContextPolicy;

/// A conversation without its first `dropped` turns.
FittedTurns without(int dropped, const std::vector<protocol::PastTurn>& turns,
                    const Question& question) {
    FittedTurns out{{turns.begin() + dropped, turns.end()}, question, dropped, 0, 0};
    std::vector<std::string> media;
    for (int i = 0; i < dropped; ++i)
        media.insert(media.end(), turns[i].media.begin(), turns[i].media.end());
    if (question.options.when_full == ContextPolicy::DropMedia) {
        out.dropped_media = static_cast<int>(media.size());
        return out;
    }
    auto& kept = out.turns.empty() ? out.question.media : out.turns.front().media;
    kept.insert(kept.begin(), media.begin(), media.end());
    return out;
}

}  // namespace

FittedTurns fit_turns(const PromptBuilder& prompts, const std::vector<protocol::PastTurn>& turns,
                      const Question& question, const std::vector<int>& media_tokens,
                      int reply_tokens) {
    const auto fitted = [&](int dropped) {
        FittedTurns out = without(dropped, turns, question);
        out.tokens = static_cast<int>(prompts.count_words(out.turns, out.question));
        for (std::size_t i = out.dropped_media; i < media_tokens.size(); ++i)
            out.tokens += std::max(0, media_tokens[i]);
        return out;
    };
    FittedTurns whole = fitted(0);
    if (question.options.when_full == ContextPolicy::Refuse) return whole;
    const int room = std::clamp(reply_tokens, 1, std::max(1, prompts.capacity() / 4));
    const auto fits = [&](const FittedTurns& some) {
        return some.tokens + room <= prompts.capacity();
    };
    if (fits(whole)) return whole;
    // From the newest turn back, so that a long past costs nothing.
    const int all = static_cast<int>(turns.size());
    int kept = 0, step = 1;
    for (; kept + step < all && fits(fitted(all - kept - step)); step *= 2) kept += step;
    for (; step > 0; step /= 2)
        if (kept + step < all && fits(fitted(all - kept - step))) kept += step;
    return fitted(all - kept);
}

}  // namespace univi::session
