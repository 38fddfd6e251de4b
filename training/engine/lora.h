#pragma once

#include <filesystem>
#include <string>

#include "core/model/univi_model.h"
#include "training/engine/saved_model.h"
#include "training/options/options.h"

namespace univi::training {

/// What stands before a parameter's name in the files of an adapter folder.
inline constexpr const char* kAdapterPrefix = "base_model.model.";

/// Whether `name` is a matrix of an adapter.
bool is_adapter_parameter(const std::string& name);

/// The base in 8 or 4 bits, as --bits, --quant_type and --double_quant say; nothing at 16.
std::optional<model::Quantization> quantization(const TrainOptions& options);

/// Puts fresh adapters beside the decoder's linear layers, seeded by --seed, or those of
/// --lora_weight_path with the projector and tower weights that folder brings (its projector not
/// where --pretrain_mm_mlp_adapter names one). Throws Error{File|Format| Usage} when that folder is
/// of another rank, alpha or model.
void add_adapters(model::UniviModel& model, const TrainOptions& options);

/// The folder as the reference saves it: adapter_config.json and adapter_model.bin as PEFT names
/// them, non_lora_trainables.bin (projector; the tower when it trains), config.json. `masters` in
/// fp32, stored in save.dtype (empty: fp32).
void save_adapters(const std::filesystem::path& folder, const model::UniviModel& model,
                   const Masters& masters, const TrainOptions& options, const SaveOptions& save);

/// All tensors of such a folder under the model's names
/// ("model.layers.0.self_attn.q_proj.lora_A.weight",
/// "model.mm_projector.weight"). Throws Error{File|Format}.
model::TensorTable read_adapters(const std::filesystem::path& folder);

}  // namespace univi::training
