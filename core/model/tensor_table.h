#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace univi::model {

// Free of LibTorch on purpose: these are the readers of untrusted files, and fuzzers and sanitizers
// see inside them.

enum class DType : std::uint8_t { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };
std::size_t byte_size(DType dtype);
/// safetensors spelling: "F32", "BF16", …
std::string_view to_string(DType dtype);

/// A typed view of bytes that somebody else owns (a memory map). `stride` counts elements; data
/// points at element 0.
struct TensorView {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> stride;
    const std::byte* data = nullptr;
    std::size_t bytes = 0;              ///< bytes reachable from data (whole storage when strided)
    std::shared_ptr<const void> owner;  ///< keeps data alive
    std::filesystem::path file;         ///< for messages
    std::int64_t num_elements() const;
    bool is_contiguous() const;
};

/// Name -> tensor, sorted by name.
using TensorTable = std::map<std::string, TensorView, std::less<>>;

/// safetensors by the format's own rules; every bound is checked in arithmetic that cannot wrap.
/// Throws base::Error{File|Format} naming file, field and reason.
TensorTable read_safetensors(const std::filesystem::path& path);

/// PyTorch zip checkpoint through the strict zip reader and the bounded state-dict pickle
/// interpreter (never executes). Nested dictionaries come out with dotted names. Legacy non-zip
/// files are refused by name with the way to convert them.
TensorTable read_torch_file(const std::filesystem::path& path);

/// Any of the two by content.
TensorTable read_tensor_file(const std::filesystem::path& path);

/// All weights of a Hugging Face folder: one file or an index with shards, either kind
/// (safetensors preferred). Shard paths stay inside the folder. The index says which files are
/// read and which of two tensors of one name counts; what it lists or lacks beyond that is no
/// error, as in transformers.
TensorTable read_checkpoint_folder(const std::filesystem::path& folder);
/// True if the folder has weights read_checkpoint_folder would read.
bool has_weights(const std::filesystem::path& folder);

/// Writes contiguous tensors atomically. Throws Error{File} (the old file stays).
void write_safetensors(const std::filesystem::path& path, const TensorTable& tensors,
                       const std::map<std::string, std::string>& metadata = {{"format", "pt"}});

/// Writes a flat state dict as torch.save would (zip, OrderedDict, protocol 2):
/// what `torch.load(weights_only=True)` and the reference read. For
/// mm_projector.bin, adapter_model.bin, non_lora_trainables.bin.
void write_torch_file(const std::filesystem::path& path, const TensorTable& tensors);

}  // namespace univi::model
