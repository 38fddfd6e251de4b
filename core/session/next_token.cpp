#include "core/session/next_token.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "core/session/group_tables.h"

namespace univi::session {

namespace {

/// Rows [L,D] of different lengths, padded with zeros at the right -> [B,L,D].
at::Tensor pad_rows(const std::vector<at::Tensor>& prompts) {
    std::int64_t longest = 0;
    for (const at::Tensor& embeds : prompts) longest = std::max(longest, embeds.size(0));
    std::vector<at::Tensor> rows;
    for (const at::Tensor& embeds : prompts) {
        at::Tensor row = at::zeros({longest, embeds.size(1)}, embeds.options());
        row.narrow(0, 0, embeds.size(0)).copy_(embeds);
        rows.push_back(row);
    }
    return at::stack(rows);
}

/// [B,L] bool: true where a prompt has a position.
at::Tensor mask_of(const std::vector<at::Tensor>& prompts, std::int64_t longest) {
    at::Tensor mask = at::zeros({static_cast<std::int64_t>(prompts.size()), longest},
                                at::TensorOptions(at::kBool));
    for (std::size_t i = 0; i < prompts.size(); ++i)
        mask[static_cast<std::int64_t>(i)].narrow(0, 0, prompts[i].size(0)).fill_(true);
    return mask;
}

/// Logits [n,V] and the n tokens that followed -> ln p of each.
std::vector<double> log_probabilities_of(const at::Tensor& logits,
                                         const std::vector<std::int32_t>& ids) {
    const at::Tensor rows = logits.to(c10::kCPU, c10::kDouble).log_softmax(-1);
    std::vector<double> out;
    for (std::size_t i = 0; i < ids.size(); ++i)
        out.push_back(rows[static_cast<std::int64_t>(i)][ids[i]].item<double>());
    return out;
}

}  // namespace

std::vector<double> reply_log_probabilities(
    const model::LanguageModel& language, PromptCache& cache, const std::vector<PositionTag>& tags,
    const at::Tensor& embeds, const std::vector<std::int32_t>& ids, const base::StopToken& stop) {
    if (ids.empty()) return {};
    const int shared = cache.keep_shared_prefix(tags);
    // The last token is predicted, never fed.
    const std::vector<std::int64_t> fed(ids.begin(), ids.end() - 1);
    const at::Tensor rows =
        at::cat({embeds.slice(0, shared), language.embed(at::tensor(fed, c10::kLong))}, 0);
    try {
        const at::Tensor hidden = language.forward(rows, cache.cache(), nullptr, stop);
        cache.set_contents(tags);
        const auto last = static_cast<std::int64_t>(tags.size()) - 1;  // predicts the first token
        return log_probabilities_of(language.logits(hidden.slice(0, last - shared)), ids);
    } catch (...) {
        cache.truncate(shared);
        throw;
    }
}

std::vector<float> next_token_logits(const model::LanguageModel& language, PromptCache& cache,
                                     const std::vector<PositionTag>& tags, const at::Tensor& embeds,
                                     const base::StopToken& stop) {
    const int shared = cache.keep_shared_prefix(tags);
    try {
        const at::Tensor hidden =
            language.forward(embeds.slice(0, shared), cache.cache(), nullptr, stop);
        cache.set_contents(tags);
        return to_floats(language.logits(hidden[hidden.size(0) - 1]));
    } catch (...) {
        cache.truncate(shared);
        throw;
    }
}

std::vector<std::vector<float>> next_token_logits_together(const model::LanguageModel& language,
                                                           const std::vector<at::Tensor>& prompts) {
    if (prompts.empty()) return {};
    const at::Tensor embeds = pad_rows(prompts);  // [B,L,D]
    const at::Tensor hidden =
        language.forward_batch(embeds, mask_of(prompts, embeds.size(1)), false);
    std::vector<std::vector<float>> out;
    for (std::size_t i = 0; i < prompts.size(); ++i)
        out.push_back(to_floats(
            language.logits(hidden[static_cast<std::int64_t>(i)][prompts[i].size(0) - 1])));
    return out;
}

}  // namespace univi::session
