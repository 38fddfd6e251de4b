#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/model/tensor_table.h"

namespace univi::model {

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

/// Reads adapter_model.safetensors or adapter_model.bin in every spelling PEFT has had: with or
/// without "base_model.model." in front and the adapter's name behind. Throws
/// Error{File|Format|Model} naming the first tensor that is no part of a LoRA adapter.
AdapterTensors read_adapter_tensors(const std::filesystem::path& folder);

}  // namespace univi::model
