#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
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
};

enum class Finish { Stop, Length, Stopped };

/// Decodes after `prompt_embeds` [L,D] was (or is) put into the cache. `on_token` returns true to
/// stop (template stop string found). EOS ends without being reported. Samples on the CPU with a
/// counter-based generator: same seed, same tokens on every device.
Finish generate(const LanguageModel& model, const at::Tensor& prompt_embeds, KeyValueCache& cache,
                const base::SamplingOptions& options, bool with_attention,
                const std::function<bool(const GeneratedToken&)>& on_token,
                const base::StopToken& stop = {});

}  // namespace univi::model
