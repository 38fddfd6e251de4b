#pragma once

#include <optional>

#include "core/model/univi_model.h"
#include "training/options/options.h"

namespace univi::training {

/// The base in 8 or 4 bits, as --bits, --quant_type and --double_quant say; nothing at 16.
std::optional<model::Quantization> quantization(const TrainOptions& options);

/// Puts fresh adapters beside the decoder's linear layers, seeded by --seed, or those of
/// --lora_weight_path with the projector and tower weights that folder brings (its projector not
/// where --pretrain_mm_mlp_adapter names one). Throws Error{File|Format| Usage} when that folder is
/// of another rank, alpha or model.
void add_adapters(model::UniviModel& model, const TrainOptions& options);

}  // namespace univi::training
