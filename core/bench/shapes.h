#pragma once

#include <optional>
#include <string>

#include "core/model/language_model.h"

namespace univi::bench {

/// Returns the decoder of "160m", "1.1b", "7b" or "13b".
std::optional<model::LanguageConfig> shape_named(const std::string& name);

/// A decoder of random weights stored in bf16, made one matrix after the other: beside the model as
/// it is held there is never more than one matrix. The weights repeat a pattern of some millions.
model::LanguageModel random_language(const model::LanguageConfig& config,
                                     const model::PlacementOptions& placement,
                                     const base::StopToken& stop);

/// Elements of the decoder's linear layers and the head: what a token is multiplied with.
std::int64_t multiplied_elements(const model::LanguageConfig& config);
/// Their bytes as `model` holds them.
std::int64_t multiplied_bytes(const model::LanguageModel& model);

}  // namespace univi::bench
