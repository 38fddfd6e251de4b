#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/base/atomic_file.h"
#include "core/model/tensor_table.h"

namespace univi::model {

/// safetensors by the format's own rules; every bound is checked in arithmetic that cannot wrap.
/// Throws base::Error{File|Format} naming file, field and reason.
TensorTable read_safetensors(const std::filesystem::path& path);

/// Writes contiguous tensors atomically. Throws Error{File} (the old file stays).
void write_safetensors(const std::filesystem::path& path, const TensorTable& tensors,
                       const std::map<std::string, std::string>& metadata = {{"format", "pt"}},
                       base::Durability durability = base::Durability::Synced);

}  // namespace univi::model
