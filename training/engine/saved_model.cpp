#include "training/engine/saved_model.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/model/adapter_folder.h"
#include "core/model/checkpoint_assembly.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/dtype_names.h"
#include "core/model/model_folder.h"
#include "core/model/parameter_shapes.h"
#include "training/engine/trained_parameters.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Json;

namespace {

/// config.json as the reference writes it.
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
    json["image_aspect_ratio"] = options.image_aspect_ratio.text();
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
    json["torch_dtype"] = save.dtype ? model::torch_dtype_name(*save.dtype) : config.torch_dtype;
    json["use_cache"] = true;
    json["use_mm_proj"] = true;
    json["vocab_size"] = config.language.vocab_size;
    return json;
}

/// One result on its way into a folder.
class Saver {
  public:
    Saver(const fs::path& folder, const model::UniviModel& model, const Masters& masters,
          const TrainOptions& options, const SaveOptions& save)
        : writer_(folder), model_(model), masters_(masters), options_(options), save_(save) {}

    void run() const {
        const Json config = make_config(model_, options_, save_);
        if (options_.lora_enable)
            write_adapters();
        else if (options_.tune_mm_mlp_adapter)
            writer_.projector(exact(model_.projector_parameters()));
        else
            write_model(config);
        writer_.config(config);  // last: with it the result is there
    }

  private:
    /// The exact values of `parameters`, by their own names.
    model::NamedTensors exact(model::NamedTensors parameters) const {
        for (auto& [name, tensor] : parameters) tensor = exact_value(name, tensor);
        return parameters;
    }

    at::Tensor exact_value(const std::string& name, const at::Tensor& tensor) const {
        if (const auto found = save_.stored.find(name); found != save_.stored.end())
            return model::to_tensor(found->second);
        for (const auto& [each, master] : masters_)
            if (each == name) return master;
        return tensor;
    }

    /// Decoder, projector and, if wanted, tower under the reference's names, in their order.
    void write_model(const Json& config) const {
        std::map<std::string, at::Tensor> sorted;
        const auto add = [&](const model::NamedTensors& parameters) {
            for (auto& [name, tensor] : exact(parameters)) sorted[name] = tensor;
        };
        add(model_.language().parameters());
        add(model_.projector_parameters());
        if (save_.embed_tower && model_.vision()) add(tower_parameters(model_));
        const auto dtype = model::torch_dtype_named(config["torch_dtype"].get<std::string>());
        writer_.weights({sorted.begin(), sorted.end()}, {.dtype = dtype.value_or(at::kFloat)});
        writer_.copy_generation_from(save_.base);
        writer_.copy_tokenizer_from(save_.base);
        write_tower();
    }

    void write_adapters() const {
        model::TensorTable adapters, others;
        const at::ScalarType type = save_.dtype.value_or(at::kFloat);
        const auto add = [&](model::TensorTable& table, const model::NamedTensors& parameters) {
            for (const auto& [name, tensor] : exact(parameters))
                table[name] = model::to_view(tensor.to(type));
        };
        add(adapters, model_.language().adapter_parameters());
        add(others, model_.projector_parameters());
        if (options_.vision_tune) add(others, tower_parameters(model_));
        model::AdapterFolder(writer_.folder())
            .write({.base_model = options_.model_name_or_path,
                    .bias = options_.lora_bias,
                    .rank = options_.lora_r,
                    .alpha = options_.lora_alpha,
                    .dropout = options_.lora_dropout},
                   adapters, others);
        write_tower();
    }

    void write_tower() const {
        if (!options_.vision_tune) return;
        const std::string embedded = model::kEmbeddedTower;
        model::NamedTensors own = exact(tower_parameters(model_));
        for (auto& [name, tensor] : own) name.erase(0, embedded.size());
        const fs::path& from = model_.vision_tower_folder();
        writer_.tower(model::kTrainedTowerFolder, model_.vision()->config(), own, at::kFloat,
                      from.empty() ? save_.base : from);
    }

    model::ModelFolderWriter writer_;
    const model::UniviModel& model_;
    const Masters& masters_;
    const TrainOptions& options_;
    const SaveOptions& save_;
};

}  // namespace

model::TensorTable read_stored_weights(const TrainOptions& options, const model::LoadOptions& load,
                                       const model::UniviModel& model) {
    const model::AssembledCheckpoint checkpoint = model::assemble_checkpoint(load);
    model::TensorTable result = checkpoint.source.table();
    const std::string in_folder = "vision_model.";
    if (const fs::path& folder = model.vision_tower_folder(); !folder.empty())
        for (auto& [name, view] : model::read_checkpoint_folder(folder))
            if (name.starts_with(in_folder))
                result[model::kEmbeddedTower + name.substr(in_folder.size())] = view;
    for (const auto& [name, tensor] : trained_parameters(options, model)) result.erase(name);
    return result;
}

void save_result(const fs::path& folder, const model::UniviModel& model, const Masters& masters,
                 const TrainOptions& options, const SaveOptions& save) {
    const at::NoGradGuard no_grad;
    Saver(folder, model, masters, options, save).run();
}

}  // namespace univi::training
