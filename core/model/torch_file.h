#pragma once

#include <filesystem>

#include "core/model/tensor_table.h"

namespace univi::model {

/// PyTorch zip checkpoint through the strict zip reader and the bounded state-dict pickle
/// interpreter (never executes). Nested dictionaries come out with dotted names. Legacy non-zip
/// files are refused by name with the way to convert them.
TensorTable read_torch_file(const std::filesystem::path& path);

/// Writes a flat state dict as torch.save would (zip, OrderedDict, protocol 2):
/// what `torch.load(weights_only=True)` and the reference read. For
/// mm_projector.bin, adapter_model.bin, non_lora_trainables.bin.
void write_torch_file(const std::filesystem::path& path, const TensorTable& tensors);

}  // namespace univi::model
