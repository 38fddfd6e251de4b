#include "core/model/model_folder.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/atomic_file.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/model/dtype_names.h"
#include "core/model/safetensors.h"
#include "core/model/torch_file.h"

namespace univi::model {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTokenizerFiles[] = {"tokenizer.model", "tokenizer_config.json",
                                           "special_tokens_map.json", "added_tokens.json"};
constexpr const char* kPreprocessor = "preprocessor_config.json";

// What stands for a weight in a file: its bytes, and the entries themselves. A format of several
// entries a weight (codes and scales) belongs here.

std::int64_t stored_bytes(const at::Tensor& tensor, const WeightStorage& storage) {
    const auto type = storage.dtype.value_or(tensor.scalar_type());
    return tensor.numel() * static_cast<std::int64_t>(c10::elementSize(type));
}

void store(TensorTable& table, const std::string& name, const at::Tensor& tensor,
           const WeightStorage& storage) {
    const auto type = storage.dtype.value_or(tensor.scalar_type());
    table[name] = to_view(tensor.to(type));
}

/// Consecutive tensors of one file.
struct Shard {
    std::size_t begin = 0, end = 0;
    std::int64_t bytes = 0;
};

std::vector<Shard> cut(const NamedTensors& tensors, const WeightStorage& storage) {
    std::vector<Shard> shards(1);
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const std::int64_t bytes = stored_bytes(tensors[i].second, storage);
        if (shards.back().bytes > 0 && shards.back().bytes + bytes > storage.shard_bytes)
            shards.push_back({i, i, 0});
        shards.back().end = i + 1;
        shards.back().bytes += bytes;
    }
    return shards;
}

std::string shard_name(std::size_t index, std::size_t count) {
    char name[64];
    std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name;
}

TensorTable table_of(const NamedTensors& tensors, const Shard& shard,
                     const WeightStorage& storage) {
    TensorTable table;
    for (std::size_t i = shard.begin; i < shard.end; ++i)
        store(table, tensors[i].first, tensors[i].second, storage);
    return table;
}

}  // namespace

ModelFolderWriter::ModelFolderWriter(fs::path folder) : folder_(std::move(folder)) {
    std::error_code error;  // the first file that cannot be written says why
    fs::create_directories(folder_, error);
}

void ModelFolderWriter::weights(const NamedTensors& tensors, const WeightStorage& storage,
                                const base::StopToken& stop) const {
    const auto shards = cut(tensors, storage);
    const bool is_single = shards.size() == 1 && !storage.always_shards;
    base::Json map = base::Json::object();
    std::int64_t total = 0;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        base::throw_if_stopped(stop, "writing the model");
        const std::string file = is_single ? "model.safetensors" : shard_name(i, shards.size());
        const TensorTable table = table_of(tensors, shards[i], storage);
        write_safetensors(folder_ / file, table);
        for (const auto& [name, view] : table) map[name] = file;
        total += shards[i].bytes;
    }
    if (is_single) return;
    json("model.safetensors.index.json",
         {{"metadata", {{"total_size", total}}}, {"weight_map", map}});
}

void ModelFolderWriter::projector(const NamedTensors& tensors) const {
    TensorTable table;
    for (const auto& [name, tensor] : tensors) store(table, name, tensor, {.dtype = c10::kFloat});
    write_torch_file(folder_ / kProjectorFile, table);
}

void ModelFolderWriter::json(std::string_view file, const base::Json& json) const {
    base::write_file_atomically(folder_ / file, base::json_text(json, 2) + "\n");
}

void ModelFolderWriter::tower(const fs::path& place, const VisionConfig& config,
                              const NamedTensors& tensors, std::optional<c10::ScalarType> dtype,
                              const fs::path& preprocessor_from) const {
    const ModelFolderWriter own(folder_ / place);
    const std::string prefix = "vision_model.";
    NamedTensors named = tensors;
    for (auto& [name, tensor] : named)
        if (!name.starts_with(prefix)) name = prefix + name;
    own.weights(named, {.dtype = dtype});
    own.config(tower_config(config, dtype));
    own.copy_from(preprocessor_from, kPreprocessor);
}

void ModelFolderWriter::copy_tokenizer_from(const fs::path& folder) const {
    for (const char* file : kTokenizerFiles) copy_from(folder, file);
}

void ModelFolderWriter::copy_generation_from(const fs::path& folder) const {
    copy_from(folder, "generation_config.json");
}

void ModelFolderWriter::copy_from(const fs::path& folder, const char* file) const {
    std::error_code error;
    if (folder.empty() || !fs::exists(folder / file, error)) return;
    base::write_file_atomically(folder_ / file, base::read_file(folder / file));
}

base::Json tower_config(const VisionConfig& config, std::optional<c10::ScalarType> dtype) {
    base::Json json = {{"architectures", {"CLIPVisionModel"}},
                       {"model_type", "clip_vision_model"},
                       {"hidden_size", config.hidden_size},
                       {"intermediate_size", config.intermediate_size},
                       {"num_hidden_layers", config.num_layers},
                       {"num_attention_heads", config.num_heads},
                       {"num_channels", 3},
                       {"image_size", config.image_size},
                       {"patch_size", config.patch_size},
                       {"layer_norm_eps", config.layer_norm_eps},
                       {"hidden_act", config.quick_gelu ? "quick_gelu" : "gelu"}};
    if (dtype) json["torch_dtype"] = torch_dtype_name(*dtype);
    return json;
}

}  // namespace univi::model
