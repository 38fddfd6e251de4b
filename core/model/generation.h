#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/sampling_options.h"
#include "core/base/stop_token.h"
#include "core/model/language_model.h"

namespace univi::model {

/// A token just chosen. `attention`: mean attention the producing step paid to each position of the
/// cache (empty when not asked).
struct GeneratedToken {
    std::int32_t id = 0;
    double log_probability = 0;  ///< of the chosen token under the unmodified distribution
    at::Tensor attention;        ///< [length] fp32 CPU, or undefined
    /// [V] the unmodified logits it was chosen from; valid while it is reported
    std::span<const float> logits;
};

enum class Finish { Stop, Length, Stopped };

/// What generate() needs beside the model.
struct Generation {
    at::Tensor prompt_embeds;  ///< [L,D], not in the cache yet
    base::SamplingOptions options;
    bool with_attention = false;
    /// All tokens before the reply, negative for visual ones: what guesses are taken from.
    std::span<const std::int32_t> context = {};
    /// Tokens that are guessed (PromptLookup) and checked beside the next one, as far as the model
    /// takes several at a time. They change no token of the reply, only its time. 0: none.
    int guessed_tokens = 0;
};

/// Decodes after the prompt was put into the cache. `on_token` returns true to stop (template stop
/// string found). EOS ends without being reported. Samples on the CPU with a counter-based
/// generator: same seed, same tokens on every device. In the end the cache holds the prompt and the
/// reply's tokens but those that were never fed.
Finish generate(const LanguageModel& model, const Generation& generation, KeyValueCache& cache,
                const std::function<bool(const GeneratedToken&)>& on_token,
                const base::StopToken& stop = {});

}  // namespace univi::model
