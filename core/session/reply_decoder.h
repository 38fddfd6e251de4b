#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>

#include "core/base/stop_token.h"
#include "core/model/generation.h"
#include "core/session/observer.h"
#include "core/session/opening_store.h"
#include "core/session/prompt_builder.h"
#include "core/session/prompt_cache.h"

namespace univi::session {

/// Decodes one reply to a prompt: prefill, tokens, text, report.
class ReplyDecoder {
  public:
    using Clock = std::chrono::steady_clock;

    struct Options {
        base::SamplingOptions sampling;
        bool with_attention = false;  ///< report what every token looked at
        int guessed_tokens = 0;       ///< as model::Generation has it
        int alternatives = 0;         ///< Question::alternatives
        Clock::time_point asked;      ///< from here on first_token_s counts
    };
    /// All arguments must outlive it. `openings`: where a prompt's opening may be kept; null:
    /// nowhere.
    ReplyDecoder(const model::LanguageModel& language, const text::Tokenizer& tokenizer,
                 PromptCache& cache, OpeningStore* openings = nullptr)
        : language_(language), tokenizer_(tokenizer), cache_(cache), openings_(openings) {}

    /// Answers `prompt`, embedded as `embeds` [L,D]; of these only what the cache does not hold is
    /// computed. Ends with the reply, with the room of the cache, or after a stop. When it throws,
    /// the cache holds what it shared with the prompt before.
    protocol::DoneEvent decode(const BuiltPrompt& prompt, const at::Tensor& embeds,
                               const Options& options, const Observer& observer,
                               const base::StopToken& stop) const;

  private:
    const model::LanguageModel& language_;
    const text::Tokenizer& tokenizer_;
    PromptCache& cache_;
    OpeningStore* openings_;
};

}  // namespace univi::session
