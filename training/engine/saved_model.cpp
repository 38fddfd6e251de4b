#include "training/engine/saved_model.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/model/checkpoint_assembly.h"
#include "core/model/parameter_shapes.h"
#include "training/engine/run_setup.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Json;

namespace {

std::string torch_dtype(const std::string& dtype, const std::string& of_base) {
    if (dtype == "fp32") return "float32";
    if (dtype == "fp16") return "float16";
    if (dtype == "bf16") return "bfloat16";
    return of_base;
}

at::ScalarType scalar_type(const std::string& torch_dtype) {
    if (torch_dtype == "float16") return at::kHalf;
    if (torch_dtype == "bfloat16") return at::kBFloat16;
    return at::kFloat;
}

void add(model::TensorTable& table, const std::string& name, const at::Tensor& tensor,
         at::ScalarType type) {
    table[name] = model::to_view(tensor.detach().to(at::kCPU, type).contiguous());
}

/// Language model, projector and (if wanted) tower under the reference's names.
model::TensorTable all_weights(const model::UniviModel& model, const Masters& masters,
                               at::ScalarType type, const SaveOptions& save) {
    model::TensorTable table;
    const auto add_all = [&](const model::NamedTensors& parameters) {
        for (const auto& [name, tensor] : parameters)
            add(table, name, exact_value(masters, save, name, tensor), type);
    };
    add_all(model.language().parameters());
    add_all(model.projector_parameters());
    if (save.embed_tower && model.vision()) add_all(tower_parameters(model));
    return table;
}

std::int64_t stored_bytes(const model::TensorView& view) {
    return view.num_elements() * static_cast<std::int64_t>(model::byte_size(view.dtype));
}

/// One file, or shards of at most `max_bytes` and their index, named as transformers does.
void write_weights(const fs::path& folder, const model::TensorTable& table,
                   std::int64_t max_bytes) {
    std::vector<model::TensorTable> shards(1);
    std::int64_t total = 0, filled = 0;
    for (const auto& [name, view] : table) {
        const std::int64_t bytes = stored_bytes(view);
        if (filled > 0 && filled + bytes > max_bytes) shards.emplace_back(), filled = 0;
        shards.back()[name] = view;
        filled += bytes;
        total += bytes;
    }
    if (shards.size() == 1) return model::write_safetensors(folder / "model.safetensors", table);
    Json index = {{"metadata", {{"total_size", total}}}, {"weight_map", Json::object()}};
    for (std::size_t i = 0; i < shards.size(); ++i) {
        char file[64];
        std::snprintf(file, sizeof file, "model-%05zu-of-%05zu.safetensors", i + 1, shards.size());
        model::write_safetensors(folder / file, shards[i]);
        for (const auto& [name, view] : shards[i]) index["weight_map"][name] = file;
    }
    base::write_file_atomically(folder / "model.safetensors.index.json",
                                base::json_text(index, 2) + "\n");
}

void copy_if_there(const fs::path& from, const fs::path& to) {
    if (fs::exists(from)) base::write_file_atomically(to, base::read_file(from));
}

void write_json(const fs::path& path, const Json& json) {
    base::write_file_atomically(path, base::json_text(json, 2) + "\n");
}

}  // namespace

model::TensorTable read_stored_weights(const TrainOptions& options, const model::LoadOptions& load,
                                       const model::UniviModel& model) {
    const model::AssembledCheckpoint checkpoint = model::assemble_checkpoint(load);
    model::TensorTable result = checkpoint.source.table();
    if (const fs::path& folder = model.vision_tower_folder(); !folder.empty())
        for (auto& [name, view] : model::read_checkpoint_folder(folder))
            if (name.starts_with("vision_model."))
                result["model.vision_tower.vision_tower." + name] = view;
    for (const auto& [name, tensor] : trained_parameters(options, model)) result.erase(name);
    return result;
}

at::Tensor exact_value(const Masters& masters, const SaveOptions& save, const std::string& name,
                       const at::Tensor& tensor) {
    if (const auto found = save.stored.find(name); found != save.stored.end())
        return model::to_tensor(found->second);
    for (const auto& [each, master] : masters)
        if (each == name) return master;
    return tensor;
}

model::NamedTensors tower_parameters(const model::UniviModel& model) {
    model::NamedTensors result;
    for (const auto& [name, tensor] : model.vision()->parameters())
        result.emplace_back(model::kEmbeddedTower + name, tensor);
    return result;
}

void save_tower(const fs::path& folder, const model::UniviModel& model, const Masters& masters,
                const SaveOptions& save) {
    const model::VisionConfig& config = model.vision()->config();
    const fs::path tower = folder / "vision_tower";
    fs::create_directories(tower);
    model::TensorTable table;
    for (const auto& [name, tensor] : tower_parameters(model)) {
        const std::string short_name = name.substr(std::string(model::kEmbeddedTower).size());
        add(table, "vision_model." + short_name, exact_value(masters, save, name, tensor),
            at::kFloat);
    }
    model::write_safetensors(tower / "model.safetensors", table);
    copy_if_there(model.vision_tower_folder() / "preprocessor_config.json",
                  tower / "preprocessor_config.json");
    write_json(tower / "config.json", {{"architectures", {"CLIPVisionModel"}},
                                       {"hidden_act", config.quick_gelu ? "quick_gelu" : "gelu"},
                                       {"hidden_size", config.hidden_size},
                                       {"image_size", config.image_size},
                                       {"intermediate_size", config.intermediate_size},
                                       {"layer_norm_eps", config.layer_norm_eps},
                                       {"model_type", "clip_vision_model"},
                                       {"num_attention_heads", config.num_heads},
                                       {"num_channels", 3},
                                       {"num_hidden_layers", config.num_layers},
                                       {"patch_size", config.patch_size},
                                       {"torch_dtype", "float32"}});
}

Json make_config(const model::UniviModel& model, const TrainOptions& options,
                 const SaveOptions& save) {
    const auto& config = model.config();
    Json json = model::read_raw_config(save.base);
    if (!json.contains("_name_or_path")) json["_name_or_path"] = save.base.filename().string();
    json["aarchitectures"] = "LlavaLlamaForCausalLM";  // sic: the reference's key
    if (!options.tune_mm_mlp_adapter && !options.lora_enable)
        json["architectures"] = {"ChatUniViLlamaForCausalLM"};
    Json cluster = {{"freeze", false},
                    {"use_cluster", config.cluster.use_cluster},
                    {"spatial_cluster_rate0", config.cluster.spatial_rate[0]},
                    {"spatial_cluster_rate1", config.cluster.spatial_rate[1]},
                    {"spatial_cluster_rate2", config.cluster.spatial_rate[2]},
                    {"temporal_cluster_rate", config.cluster.temporal_rate},
                    {"vision_tune", options.vision_tune}};
    for (const char* name :
         {"spatial_cluster_rate0", "spatial_cluster_rate1", "spatial_cluster_rate2"})
        if (const double rate = cluster[name]; rate == std::floor(rate))
            cluster[name] = static_cast<std::int64_t>(rate);
    if (!options.tune_mm_mlp_adapter) cluster["mm_tune"] = true;
    json["config"] = cluster;
    json["model_type"] = "ChatUniVi";
    json["freeze_mm_mlp_adapter"] = options.freeze_mm_mlp_adapter;
    json["tune_mm_mlp_adapter"] = options.tune_mm_mlp_adapter;
    json["image_aspect_ratio"] = options.image_aspect_ratio;
    json["image_grid_pinpoints"] = nullptr;
    json["mm_hidden_size"] = config.mm_hidden_size;
    json["mm_use_box_start_end"] = false;
    json["mm_use_im_patch_token"] = false;
    json["mm_use_im_start_end"] = false;
    json["mm_vision_select_feature"] = config.select_patch ? "patch" : "cls_patch";
    json["mm_vision_select_layer"] = options.mm_vision_select_layer;
    json.erase("mm_vision_tower_bytes");  // the base's
    base::put_path(json, "mm_vision_tower", save.vision_tower_name, "mm_vision_tower_bytes");
    if (config.projector_type != "linear") json["mm_projector_type"] = config.projector_type;
    json["torch_dtype"] = torch_dtype(save.dtype, config.torch_dtype);
    json["use_cache"] = true;
    json["use_mm_proj"] = true;
    json["vocab_size"] = config.language.vocab_size;
    return json;
}

void save_projector(const fs::path& folder, const model::UniviModel& model, const Masters& masters,
                    const TrainOptions& options, const SaveOptions& save) {
    model::TensorTable table;
    for (const auto& [name, tensor] : model.projector_parameters())
        add(table, name, exact_value(masters, save, name, tensor), at::kFloat);
    model::write_torch_file(folder / "mm_projector.bin", table);
    write_json(folder / "config.json", make_config(model, options, save));
}

void save_model(const fs::path& folder, const model::UniviModel& model, const Masters& masters,
                const TrainOptions& options, const SaveOptions& save) {
    const Json config = make_config(model, options, save);
    const at::ScalarType type = scalar_type(config["torch_dtype"].get<std::string>());
    write_weights(folder, all_weights(model, masters, type, save), save.max_shard_bytes);
    for (const char* name : {"generation_config.json", "tokenizer.model", "tokenizer_config.json",
                             "special_tokens_map.json", "added_tokens.json"})
        copy_if_there(save.base / name, folder / name);
    if (options.vision_tune) save_tower(folder, model, masters, save);
    write_json(folder / "config.json", config);
}

}  // namespace univi::training
