#pragma once

#include <c10/core/ScalarType.h>

#include <filesystem>
#include <functional>

#include "core/base/stop_token.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// Merges a PEFT adapter folder (adapter_config.json, adapter_model.safetensors|bin, optional
/// non_lora_trainables.bin) into `source`: W += alpha/r * B A, summed in fp32 and kept in `dtype`.
/// Refuses what changes the sum (DoRA, rank-stabilised scaling, per-module ranks) by name. Biases that
/// were trained beside the matrices replace the base's. Throws Error{File|Format|Model|Stopped}.
void merge_lora(WeightSource& source, const std::filesystem::path& folder, c10::ScalarType dtype,
                const base::StopToken& stop);

}  // namespace univi::model
