#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/model/univi_model.h"
#include "training/options/options.h"

namespace univi::training {

/// What a run writes besides the weights it trained.
struct SaveOptions {
    /// folder of the base: config.json, tokenizer and generation files come from it
    std::filesystem::path base;
    std::string vision_tower_name;              ///< mm_vision_tower of config.json
    std::optional<c10::ScalarType> dtype = {};  ///< unset: torch_dtype of the base
    /// store the tower in the checkpoint, as the reference does
    bool embed_tower = true;
    /// see read_stored_weights; empty: the model's own weights are exact
    model::TensorTable stored{};
};

/// Weights by full checkpoint name that stand in for the model's own (fp32 masters of a bf16 run).
using Masters = model::NamedTensors;

/// What `options` do not train, under full checkpoint names as the folders of `load` store it,
/// mapped, the tower of `model` included: a run that computes in 16 bits writes these, not its
/// rounded copies. Throws Error{File|Format|Model}.
model::TensorTable read_stored_weights(const TrainOptions& options, const model::LoadOptions& load,
                                       const model::UniviModel& model);

/// Writes what a run has made into `folder`, with the exact value of every weight: as stored, else
/// its master, else the model's own. All have a config.json as the reference writes it. Throws
/// Error{File}.
/// - Stage 1: mm_projector.bin (fp32).
/// - Adapters: adapter_config.json and adapter_model.bin as PEFT names them and
///   non_lora_trainables.bin (projector; the tower when it trains), in save.dtype (unset: fp32).
/// - Stage 2: the whole Hugging Face folder with generation_config.json and tokenizer.
/// A tower that was trained is written in fp32 as `folder`/vision_tower too.
void save_result(const std::filesystem::path& folder, const model::UniviModel& model,
                 const Masters& masters, const TrainOptions& options, const SaveOptions& save);

}  // namespace univi::training
