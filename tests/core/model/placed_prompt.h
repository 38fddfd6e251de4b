#pragma once

#include <vector>

#include "core/model/splice.h"

namespace univi::model::test {

/// One medium of a prompt.
struct MediaTokens {
    int placeholders = 1;
    at::Tensor tokens;  ///< [n,D]
};

/// Ids with placeholders and their media -> [L,D].
inline at::Tensor place_and_splice(const LanguageModel& language,
                                   const std::vector<std::int32_t>& ids,
                                   const std::vector<MediaTokens>& media, VisualOrder order) {
    std::vector<MediumRows> rows;
    std::vector<at::Tensor> tokens;
    for (const MediaTokens& medium : media) {
        rows.push_back({medium.placeholders, medium.tokens.size(0)});
        tokens.push_back(medium.tokens);
    }
    return splice(language, ids, place_tokens(ids, rows, order).slots, tokens);
}

}  // namespace univi::model::test
