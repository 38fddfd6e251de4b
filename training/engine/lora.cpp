#include "training/engine/lora.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/model/adapter_config.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

const std::string kPrefix = kAdapterPrefix;

std::string without_prefix(const std::string& name, const std::string& prefix) {
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

/// PEFT may write the adapter's name behind "lora_A": ".lora_A.default.weight".
std::string plain_name(std::string name) {
    const std::size_t at = name.find(".default.weight");
    if (at != std::string::npos) name.erase(at, std::string(".default").size());
    return name;
}

/// adapter_config.json with PEFT's keys.
Json adapter_config(const TrainOptions& options) {
    Json json = {{"auto_mapping", nullptr},
                 {"bias", options.lora_bias},
                 {"fan_in_fan_out", false},
                 {"inference_mode", true},
                 {"init_lora_weights", true},
                 {"layers_pattern", nullptr},
                 {"layers_to_transform", nullptr},
                 {"lora_alpha", options.lora_alpha == std::floor(options.lora_alpha)
                                    ? Json(static_cast<std::int64_t>(options.lora_alpha))
                                    : Json(options.lora_alpha)},
                 {"lora_dropout", options.lora_dropout},
                 {"modules_to_save", nullptr},
                 {"peft_type", "LORA"},
                 {"r", options.lora_r},
                 {"revision", nullptr},
                 {"target_modules",
                  {"down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"}},
                 {"task_type", "CAUSAL_LM"}};
    base::put_path(json, "base_model_name_or_path", options.model_name_or_path,
                   "base_model_name_or_path_bytes");
    return json;
}

void check_adapter_config(const fs::path& folder, const TrainOptions& options) {
    if (!model::read_adapter_config(folder).is_plain())
        throw Error(ErrorKind::Usage, "The adapter in --lora_weight_path " + folder.string() +
                                          " is more than plain LoRA (use_dora, use_rslora, "
                                          "rank_pattern, alpha_pattern, modules_to_save or "
                                          "trainable_token_indices), with which training cannot go "
                                          "on: merge it with univi-cli convert first.");
    const Json config = base::read_json_file(folder / "adapter_config.json", std::size_t{1} << 20);
    const auto check = [&](const char* key, const char* flag, double wanted) {
        const bool is_there = config.is_object() && config.contains(key) && config[key].is_number();
        if (is_there && config[key].get<double>() == wanted) return;
        const std::string found = is_there ? config[key].dump() : "nothing";
        throw Error(ErrorKind::Usage, "The adapter in --lora_weight_path " + folder.string() +
                                          " says " + key + " " + found + " where --" + flag +
                                          " says " + Json(wanted).dump() +
                                          ": give the adapter's value.");
    };
    check("r", "lora_r", static_cast<double>(options.lora_r));
    check("lora_alpha", "lora_alpha", options.lora_alpha);
}

/// Overwrites those parameters of `list` that `table` has; the rest must be optional.
void copy_into(const model::NamedTensors& list, const model::TensorTable& table, bool is_required,
               const fs::path& folder) {
    const at::NoGradGuard no_grad;
    for (const auto& [name, tensor] : list) {
        const auto found = table.find(name);
        if (found == table.end() && !is_required) continue;
        if (found == table.end() || found->second.shape != tensor.sizes().vec())
            throw Error(ErrorKind::Format,
                        "The adapter in --lora_weight_path " + folder.string() + " has no " + name +
                            " of this model's size: it belongs to another base.");
        tensor.copy_(model::to_tensor(found->second));
    }
}

at::ScalarType stored_type(const std::string& dtype) {
    if (dtype == "fp16") return at::kHalf;
    return dtype == "bf16" ? at::kBFloat16 : at::kFloat;
}

}  // namespace

bool is_adapter_parameter(const std::string& name) {
    return name.find(".lora_A.") != std::string::npos || name.find(".lora_B.") != std::string::npos;
}

std::optional<model::Quantization> quantization(const TrainOptions& options) {
    using Kind = model::Quantization::Kind;
    if (options.bits == 16) return std::nullopt;
    if (options.bits == 8) return model::Quantization{Kind::Int8, false};
    const Kind kind = options.quant_type == "fp4"    ? Kind::Fp4
                      : options.quant_type == "int4" ? Kind::Int4
                                                     : Kind::Nf4;
    return model::Quantization{kind, options.double_quant};
}

void add_adapters(model::UniviModel& model, const TrainOptions& options) {
    model.language().add_adapters({options.lora_r, options.lora_alpha, options.lora_dropout,
                                   static_cast<std::uint64_t>(options.seed)});
    if (options.lora_weight_path.empty()) return;
    const fs::path folder = options.lora_weight_path;
    check_adapter_config(folder, options);
    const model::TensorTable table = read_adapters(folder);
    copy_into(model.language().adapter_parameters(), table, /*is_required=*/true, folder);
    if (options.pretrain_mm_mlp_adapter.empty())
        copy_into(model.projector_parameters(), table, /*is_required=*/false, folder);
    if (model.vision()) copy_into(tower_parameters(model), table, /*is_required=*/false, folder);
}

void save_adapters(const fs::path& folder, const model::UniviModel& model, const Masters& masters,
                   const TrainOptions& options, const SaveOptions& save) {
    const at::ScalarType type = stored_type(save.dtype);
    model::TensorTable adapter, others;
    const auto add = [&](model::TensorTable& table, const auto& parameters) {
        for (const auto& [name, tensor] : parameters) {
            const at::Tensor value = exact_value(masters, save, name, tensor).detach();
            table[kPrefix + name] = model::to_view(value.to(at::kCPU, type).contiguous());
        }
    };
    add(adapter, model.language().adapter_parameters());
    add(others, model.projector_parameters());
    if (options.vision_tune) add(others, tower_parameters(model));
    // As the reference: "all" stores every bias beside the matrices; the decoder has none, the
    // projector's is the one.
    if (options.lora_bias == "all")
        for (const auto& [name, view] : others)
            if (name.ends_with(".bias") && name.find("mm_projector") != std::string::npos)
                adapter[name] = view;
    model::write_torch_file(folder / "adapter_model.bin", adapter);
    model::write_torch_file(folder / "non_lora_trainables.bin", others);
    base::write_file_atomically(folder / "adapter_config.json",
                                base::json_text(adapter_config(options), 2) + "\n");
    if (options.vision_tune) save_tower(folder, model, masters, save);
    base::write_file_atomically(folder / "config.json",
                                base::json_text(make_config(model, options, save), 2) + "\n");
}

model::TensorTable read_adapters(const fs::path& folder) {
    model::TensorTable result;
    const auto read = [&](const fs::path& file) {
        for (const auto& [name, view] : model::read_tensor_file(file))
            result[plain_name(without_prefix(name, kPrefix))] = view;
    };
    std::error_code error;
    const bool is_safetensors = fs::exists(folder / "adapter_model.safetensors", error);
    if (!is_safetensors && !fs::exists(folder / "adapter_model.bin", error))
        throw Error(
            ErrorKind::File,
            folder.string() +
                " holds no adapter: neither adapter_model.safetensors nor adapter_model.bin.");
    read(folder / (is_safetensors ? "adapter_model.safetensors" : "adapter_model.bin"));
    if (fs::exists(folder / "non_lora_trainables.bin", error))
        read(folder / "non_lora_trainables.bin");
    return result;
}

}  // namespace univi::training
