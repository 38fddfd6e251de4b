#pragma once

#include <filesystem>

#include "core/model/tensor_table.h"

namespace univi::model {

/// Any of the two by content.
TensorTable read_tensor_file(const std::filesystem::path& path);

/// Returns all weights of a Hugging Face folder: one file or an index with shards, either kind
/// (safetensors preferred). Shard paths stay inside the folder. The index says which files are read
/// and which of two tensors of one name counts; what it lists or lacks beyond that is no error, as
/// in transformers.
TensorTable read_checkpoint_folder(const std::filesystem::path& folder);
/// Returns true if the folder has weights read_checkpoint_folder would read.
bool has_weights(const std::filesystem::path& folder);

}  // namespace univi::model
