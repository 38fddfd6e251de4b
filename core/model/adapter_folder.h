#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/model/tensor_table.h"

namespace univi::model {

/// Whether a parameter is a matrix of an adapter beside a linear layer, as the model names them:
/// "model.layers.0.self_attn.q_proj.lora_A.weight".
bool is_adapter_parameter(const std::string& name);

/// The two matrices of one module, and with DoRA the trained length of every row.
struct AdapterMatrices {
    std::optional<TensorView> a, b, lengths;
};

/// The tensors of an adapter file by what they are. Keys are the base's own names: modules such as
/// "model.layers.0.self_attn.q_proj", tensors such as "lm_head.weight".
struct AdapterTensors {
    std::map<std::string, AdapterMatrices> linear, embeddings;
    std::map<std::string, TensorView> whole;       ///< weights and biases that replace the base's
    std::map<std::string, TensorView> token_rows;  ///< trained rows of an embedding
};

/// What a new adapter's adapter_config.json says.
struct AdapterSettings {
    std::string base_model{};   ///< folder or name of the base
    std::string bias = "none";  ///< none, lora_only or all
    std::int64_t rank = 8;
    double alpha = 8, dropout = 0;
};

/// A folder as PEFT lays it out: adapter_config.json, adapter_model.safetensors or
/// adapter_model.bin, and the reference's non_lora_trainables.bin. Names are read in every spelling
/// that PEFT and the reference have had (with or without "base_model.model." in front, the
/// adapter's name behind) and written in PEFT's. Its adapter_config.json is read by
/// read_adapter_config().
class AdapterFolder {
  public:
    explicit AdapterFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Whether it has an adapter_config.json.
    bool exists() const;
    /// Returns the adapter's file, sorted for a merge. Throws Error{File|Format|Model} naming the
    /// first tensor that is no part of a LoRA adapter.
    AdapterTensors tensors() const;
    /// Returns all tensors of both files under the model's names. Throws Error{File|Format}.
    TensorTable parameters() const;
    /// What was trained beside the adapters (projector, tower), under the model's names; empty
    /// without non_lora_trainables.bin. Throws Error{File|Format}.
    TensorTable others() const;

    /// Writes the three files, the adapter's as adapter_model.bin. Keys of `adapters` and `others`
    /// are the model's names. As the reference does, bias "all" stores the projector's bias with
    /// the adapters once more; the decoder has none. Throws Error{File}.
    void write(const AdapterSettings& settings, const TensorTable& adapters,
               const TensorTable& others) const;

  private:
    TensorTable adapter_file() const;

    std::filesystem::path folder_;
};

}  // namespace univi::model
