#pragma once
// Inside of core/session only: holds LibTorch.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "core/base/stop_token.h"
#include "core/model/language_model.h"
#include "core/session/observer.h"
#include "core/session/prompt_builder.h"
#include "core/session/prompt_cache.h"
#include "core/text/tokenizer.h"

namespace univi::session {

/// What a reply is read again with.
struct ReplyReader {
    const model::LanguageModel& language;
    const text::Tokenizer& tokenizer;
    PromptCache& cache;
};

/// A reply with the prompt that it answers.
struct GivenReply {
    const BuiltPrompt& prompt;
    const at::Tensor& embeds;  ///< of the prompt [L,D]
    const std::vector<std::int32_t>& ids;
};

/// What attention the step that made a token pays to the visual tokens, [medium][visual token];
/// `row` [length]: what it pays to every position.
std::vector<std::vector<float>> visual_shares(const BuiltPrompt& prompt,
                                              const std::vector<float>& row);

/// Runs a reply through the decoder once more and tells what each token looks at, as
/// Conversation::look_again says. Of the prompt only what the cache does not hold is computed;
/// prompt and reply stay there. The scores of a few dozen positions at a time are written out.
protocol::AttentionEvent reply_attention(const ReplyReader& reader, const GivenReply& reply,
                                         const protocol::AttentionChoice& choice,
                                         const Observer& observer, const base::StopToken& stop);

}  // namespace univi::session
