#include "core/session/phrase_search.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/session/group_tables.h"

namespace univi::session {
namespace {

/// Cosines of random directions of D dimensions have the deviation 1/sqrt(D).
constexpr double kDeviations = 2;

at::Tensor unit_rows(const at::Tensor& rows) {
    return rows / rows.norm(2, at::IntArrayRef{-1}, /*keepdim=*/true).clamp_min(1e-12);
}

}  // namespace

std::vector<std::int32_t> phrase_tokens(const text::Tokenizer& tokenizer,
                                        const std::string& phrase) {
    auto ids = tokenizer.encode_text(phrase, /*add_bos=*/false);
    std::erase(ids, tokenizer.unk_id());
    if (ids.empty())
        throw base::Error(base::ErrorKind::Usage,
                          "The model knows no word of this phrase: use other words.");
    return ids;
}

protocol::FoundEvent nearness_of(const model::LanguageModel& language,
                                 const at::Tensor& visual_tokens,
                                 const std::vector<std::int32_t>& ids) {
    const at::Tensor words =
        language.embed(at::tensor(at::ArrayRef<std::int32_t>(ids), c10::kLong)).to(c10::kFloat);
    const at::Tensor phrase = unit_rows(unit_rows(words).mean(0, /*keepdim=*/true));
    const at::Tensor tokens = unit_rows(visual_tokens.to(words.device(), c10::kFloat));
    protocol::FoundEvent found;
    found.nearness = to_floats(at::matmul(tokens, phrase.squeeze(0)));
    const double noise = kDeviations / std::sqrt(static_cast<double>(tokens.size(1)));
    const float most = *std::max_element(found.nearness.begin(), found.nearness.end());
    found.scale = std::max(noise, static_cast<double>(most));
    return found;
}

}  // namespace univi::session
