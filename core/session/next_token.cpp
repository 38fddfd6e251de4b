#include <ATen/ops/stack.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/session/conversation_impl.h"

namespace univi::session {

namespace {

std::vector<float> to_vector(const at::Tensor& logits) {
    const at::Tensor row = logits.to(at::kCPU, at::kFloat).contiguous();
    const float* data = row.const_data_ptr<float>();
    return {data, data + row.numel()};
}

/// Rows [L,D] of different lengths, padded with zeros at the right -> [B,L,D].
at::Tensor pad_rows(const std::vector<BuiltPrompt>& prompts) {
    std::int64_t longest = 0;
    for (const auto& prompt : prompts) longest = std::max(longest, prompt.input.embeds.size(0));
    std::vector<at::Tensor> rows;
    for (const auto& prompt : prompts) {
        const at::Tensor& embeds = prompt.input.embeds;
        at::Tensor row = at::zeros({longest, embeds.size(1)}, embeds.options());
        row.narrow(0, 0, embeds.size(0)).copy_(embeds);
        rows.push_back(row);
    }
    return at::stack(rows);
}

/// [B,L] bool: true where a prompt has a position.
at::Tensor mask_of(const std::vector<BuiltPrompt>& prompts, std::int64_t longest) {
    at::Tensor mask = at::zeros({static_cast<std::int64_t>(prompts.size()), longest},
                                at::TensorOptions(at::kBool));
    for (std::size_t i = 0; i < prompts.size(); ++i)
        mask[static_cast<std::int64_t>(i)]
            .narrow(0, 0, prompts[i].input.embeds.size(0))
            .fill_(true);
    return mask;
}

}  // namespace

std::vector<float> Conversation::next_logits(const Question& question, const Observer& observer,
                                             const base::StopToken& stop) {
    const c10::InferenceMode inference;
    check_options(question.options);
    impl_->check_text_length(question);
    const auto encoded = impl_->media_of(question, observer, stop);
    const BuiltPrompt prompt = impl_->build_prompt(question, encoded);
    PromptCache& cache = *impl_->engine.prompt_cache;
    const int shared = cache.keep_shared_prefix(prompt.tags);
    const auto& language = impl_->engine.model->language();
    try {
        const at::Tensor hidden =
            language.forward(prompt.input.embeds.slice(0, shared), cache.cache(), nullptr, stop);
        cache.set_held(prompt.tags);
        return to_vector(language.logits(hidden[hidden.size(0) - 1]));
    } catch (...) {
        cache.truncate(shared);
        throw;
    }
}

std::vector<std::vector<float>> Conversation::next_logits_together(
    const std::vector<Question>& questions, const Observer& observer, const base::StopToken& stop) {
    const c10::InferenceMode inference;
    std::vector<BuiltPrompt> prompts;
    for (const Question& question : questions) {
        check_options(question.options);
        impl_->check_text_length(question);
        prompts.push_back(impl_->build_prompt(question, impl_->media_of(question, observer, stop)));
    }
    if (prompts.empty()) return {};
    base::throw_if_stopped(stop, "scoring questions together");
    const auto& language = impl_->engine.model->language();
    const at::Tensor embeds = pad_rows(prompts);  // [B,L,D]
    const at::Tensor hidden =
        language.forward_batch(embeds, mask_of(prompts, embeds.size(1)), false);
    std::vector<std::vector<float>> out;
    for (std::size_t i = 0; i < prompts.size(); ++i)
        out.push_back(to_vector(language.logits(
            hidden[static_cast<std::int64_t>(i)][prompts[i].input.embeds.size(0) - 1])));
    return out;
}

}  // namespace univi::session
