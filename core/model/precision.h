#pragma once

#include <string>

#include "core/model/model_config.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// Says in `placement`, whose device is set, what "auto", "fp32", "fp16", "bf16", "int8" or "int4"
/// means for a model: int8 and int4 hold the decoder's matrices in so many bits, embedding and head
/// in 8, and compute in fp32 on the CPU, with keys and values in fp16, and in bf16 on a GPU. On the
/// CPU the vision tower is held in 8 bits too, where the processor multiplies these fast. Auto
/// is what the folder was stored in (univi-cli quantize), else fp32 on the CPU and bf16 on a GPU.
/// Throws Error{Usage} for another word, and for another precision than that of a folder that was
/// stored in 8 or 4 bits.
void set_precision(PlacementOptions& placement, const std::string& name, const ModelConfig& config);

/// Says in `placement` what "auto" or "int8" means for keys and values: as set_precision() chose,
/// or in 8 bits with a scale for each position of a head. Throws Error{Usage} for another word.
void set_cache_precision(PlacementOptions& placement, const std::string& name);

/// Returns the name that reports have for it: "int4", or the type that is computed in.
std::string precision_name(const PlacementOptions& placement);

/// Returns the names of the instructions that kernels compute with here: where they differ, the
/// last bits of results may.
std::string instruction_names();

}  // namespace univi::model
