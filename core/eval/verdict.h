#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace univi::eval {

/// The two scores of an image review: the reference's first, ours second; 1 … 10.
struct ScorePair {
    double reference = 0, ours = 0;
};
/// Strict: the first line holds two numbers from 1 to 10 and nothing else, with blanks or a comma
/// between. nullopt for anything else.
std::optional<ScorePair> parse_score_pair(std::string_view reply);

/// A verdict in the form of a dictionary.
struct MatchVerdict {
    std::optional<bool> match;  ///< 'pred': yes or no
    int score = 0;              ///< 'score': 0 … 5; a fraction is cut off, as published
};
/// Strict: the whole reply is one flat dictionary of Python or JSON with 'score' a number from 0 to
/// 5 and, when `with_match`, 'pred' 'yes' or 'no'. nullopt for anything else.
std::optional<MatchVerdict> parse_match_verdict(std::string_view reply, bool with_match);

}  // namespace univi::eval
