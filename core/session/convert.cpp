#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/model/tensor_table.h"
#include "core/session/engine_impl.h"

namespace univi::session {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kShardBytes = std::size_t{4} << 30;
/// Where the tower goes when config.json names a place outside the folder. The reference wants
/// the first word.
constexpr const char* kOwnTower = "openai/clip-vit";
/// What a Hugging Face folder holds beside weights and configuration.
constexpr const char* kTokenizerFiles[] = {"tokenizer.model", "tokenizer_config.json",
                                           "special_tokens_map.json", "added_tokens.json"};

model::NamedTensors language_tensors(const model::UniviModel& model) {
    model::NamedTensors out = model.language().parameters();
    const auto& projector = model.projector_parameters();
    out.insert(out.end(), projector.begin(), projector.end());
    return out;
}

std::vector<model::TensorTable> into_shards(const model::NamedTensors& tensors) {
    std::vector<model::TensorTable> shards(1);
    std::size_t bytes = 0;
    for (const auto& [name, tensor] : tensors) {
        if (bytes > 0 && bytes + tensor.nbytes() > kShardBytes) {
            shards.emplace_back();
            bytes = 0;
        }
        shards.back()[name] = model::to_view(tensor);
        bytes += tensor.nbytes();
    }
    return shards;
}

std::string shard_name(std::size_t index, std::size_t count) {
    char name[64];
    std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
    return name;
}

void write_weights(const model::UniviModel& model, const fs::path& folder,
                   const base::StopToken& stop) {
    const auto shards = into_shards(language_tensors(model));
    base::Json map = base::Json::object();
    std::size_t total = 0;
    for (std::size_t s = 0; s < shards.size(); ++s) {
        base::throw_if_stopped(stop, "writing the model");
        const std::string name = shard_name(s, shards.size());
        for (const auto& [tensor, view] : shards[s]) {
            map[tensor] = name;
            total += static_cast<std::size_t>(view.num_elements()) * model::byte_size(view.dtype);
        }
        model::write_safetensors(folder / name, shards[s]);
    }
    const base::Json index = {{"metadata", {{"total_size", total}}}, {"weight_map", map}};
    base::write_file_atomically(folder / "model.safetensors.index.json",
                                base::json_text(index, 2) + "\n");
}

/// The folder inside the model's that holds the tower: mm_vision_tower, when it stays inside.
std::string tower_place(const std::string& name) {
    const fs::path path = fs::path(name).lexically_normal();
    const bool inside = !name.empty() && path.is_relative() && *path.begin() != "..";
    return inside && path != "." ? path.string() : kOwnTower;
}

base::Json tower_config(const model::VisionConfig& vision) {
    return {{"architectures", {"CLIPVisionModel"}},
            {"model_type", "clip_vision_model"},
            {"hidden_size", vision.hidden_size},
            {"intermediate_size", vision.intermediate_size},
            {"num_hidden_layers", vision.num_layers},
            {"num_attention_heads", vision.num_heads},
            {"num_channels", 3},
            {"image_size", vision.image_size},
            {"patch_size", vision.patch_size},
            {"layer_norm_eps", vision.layer_norm_eps},
            {"hidden_act", vision.quick_gelu ? "quick_gelu" : "gelu"}};
}

void copy_if_there(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(from, error)) return;
    base::write_file_atomically(to, base::read_file(from));
}

/// A tower folder of its own, found from the model's folder by the name in config.json.
void write_tower(const Engine::Impl& engine, const fs::path& folder) {
    const auto& vision = *engine.model->vision();
    fs::create_directories(folder);
    model::TensorTable table;
    for (const auto& [name, tensor] : vision.parameters())
        table[name.starts_with("vision_model.") ? name : "vision_model." + name] =
            model::to_view(tensor);
    model::write_safetensors(folder / "model.safetensors", table);
    base::write_file_atomically(folder / "config.json",
                                base::json_text(tower_config(vision.config()), 2) + "\n");
    const fs::path from =
        engine.info.vision_tower.empty() ? engine.info.folder : engine.info.vision_tower;
    copy_if_there(from / "preprocessor_config.json", folder / "preprocessor_config.json");
}

}  // namespace

void convert(Engine& engine, const std::string& out, const base::StopToken& stop) {
    const auto& impl = engine.impl();
    std::error_code error;
    if (fs::exists(out, error))
        throw base::Error(base::ErrorKind::Usage,
                          "The folder " + out + " exists already: name a new one.");
    base::AtomicFolder folder(out);
    write_weights(*impl.model, folder.path(), stop);
    base::Json config = model::read_raw_config(impl.config_folder);
    const bool tied = impl.model->config().language.tie_word_embeddings;
    if (config.value("tie_word_embeddings", false) != tied)
        config["tie_word_embeddings"] = tied;  // an adapter may untie them
    if (impl.model->vision()) {
        config.erase("mm_vision_tower_bytes");
        config["mm_vision_tower"] = tower_place(impl.model->config().vision_tower);
        write_tower(impl, folder.path() / config["mm_vision_tower"].get<std::string>());
    }
    base::write_file_atomically(folder.path() / "config.json", base::json_text(config, 2) + "\n");
    const fs::path tokenizer = find_tokenizer_folder(impl.info.folder, impl.options.model_base);
    for (const char* name : kTokenizerFiles) copy_if_there(tokenizer / name, folder.path() / name);
    copy_if_there(impl.config_folder / "generation_config.json",
                  folder.path() / "generation_config.json");
    base::throw_if_stopped(stop, "writing the model");
    folder.commit();
}

}  // namespace univi::session
