#pragma once

#include <filesystem>
#include <string>

#include "core/base/json.h"
#include "core/model/univi_model.h"
#include "training/options/options.h"

namespace univi::training {

/// What a run writes besides the weights it trained.
struct SaveOptions {
    /// folder of the base: config.json, tokenizer and generation files come from it
    std::filesystem::path base;
    std::string vision_tower_name;  ///< mm_vision_tower of config.json
    std::string dtype;              ///< fp32, fp16, bf16; empty: torch_dtype of the base
    /// store the tower in the checkpoint, as the reference does
    bool embed_tower = true;
    std::int64_t max_shard_bytes = std::int64_t{10} << 30;
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
/// The value of parameter `name` to be written: as stored, else its master, else the
/// model's own `tensor`.
at::Tensor exact_value(const Masters& masters, const SaveOptions& save, const std::string& name,
                       const at::Tensor& tensor);

/// Stage 1: mm_projector.bin (fp32) and config.json in `folder`.
void save_projector(const std::filesystem::path& folder, const model::UniviModel& model,
                    const Masters& masters, const TrainOptions& options, const SaveOptions& save);
/// Stage 2: the whole Hugging Face folder: config.json, generation_config.json, tokenizer files,
/// special_tokens_map.json, model.safetensors or shards with their index.
void save_model(const std::filesystem::path& folder, const model::UniviModel& model,
                const Masters& masters, const TrainOptions& options, const SaveOptions& save);
/// All weights of the vision tower under the names that a full checkpoint gives them.
model::NamedTensors tower_parameters(const model::UniviModel& model);
/// A tower that was trained, in fp32 as a folder of its own, `folder`/vision_tower, where
/// loading looks first.
void save_tower(const std::filesystem::path& folder, const model::UniviModel& model,
                const Masters& masters, const SaveOptions& save);
/// config.json as the reference writes it.
base::Json make_config(const model::UniviModel& model, const TrainOptions& options,
                       const SaveOptions& save);

}  // namespace univi::training
