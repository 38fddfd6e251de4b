#pragma once

#include <c10/core/ScalarType.h>

#include <filesystem>
#include <functional>

#include "core/base/stop_token.h"
#include "core/model/model_config.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// Merges a PEFT adapter folder (adapter_config.json, adapter_model.safetensors|bin, optional
/// non_lora_trainables.bin) into `source`: W += s B A, summed in fp32 and kept in `dtype`, where s
/// is alpha / r (alpha / sqrt(r) with use_rslora) of that module. With use_dora every row then gets
/// its trained length. Modules that were trained whole and trained rows of the embedding replace
/// the base's. Where the base ties lm_head to the embedding and the adapter changes only one of the
/// two, `language` is untied. What else an adapter may hold is refused by name; nothing is left out
/// silently. `check_only` does all but the sums. Throws Error{File|Format|Model|Stopped}.
void merge_lora(WeightSource& source, LanguageConfig& language, const std::filesystem::path& folder,
                c10::ScalarType dtype, const base::StopToken& stop, bool check_only = false);

}  // namespace univi::model
