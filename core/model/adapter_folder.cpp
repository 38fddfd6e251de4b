#include "core/model/adapter_folder.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/printable.h"
#include "core/model/adapter_config.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/torch_file.h"

namespace univi::model {

namespace fs = std::filesystem;

namespace {

constexpr const char* kConfig = "adapter_config.json";
constexpr const char* kAdapter = "adapter_model.bin";
constexpr const char* kSafeAdapter = "adapter_model.safetensors";
constexpr const char* kOthers = "non_lora_trainables.bin";

/// What PEFT's two wrappers put before a parameter's name.
constexpr std::string_view kWrappers = "base_model.model.";

/// The model's own name of a parameter. The decoder holds "model." and "lm_head."; a further
/// "model." in front is a wrapper's.
std::string unwrapped(std::string name) {
    if (name.starts_with("base_model.")) name.erase(0, std::string_view("base_model.").size());
    if (name.starts_with("model.model.") || name.starts_with("model.lm_head."))
        name.erase(0, std::string_view("model.").size());
    return name;
}

/// A tensor's name cut at one of PEFT's parts: "q_proj.lora_A.default.weight" is the module
/// "q_proj", the part "lora_A", and "weight" behind the adapter's name.
struct SplitName {
    std::string module, part, rest;
};

constexpr std::string_view kParts[] = {"lora_A",
                                       "lora_B",
                                       "lora_embedding_A",
                                       "lora_embedding_B",
                                       "lora_magnitude_vector",
                                       "token_adapter.trainable_tokens_delta",
                                       "modules_to_save",
                                       "original_module",
                                       "base_layer"};

/// Returns the end of a name without the adapter's name: "default.weight" -> "weight", "default" ->
/// "".
std::string without_adapter_name(const std::string& rest) {
    for (const std::string tail : {"weight", "bias"})
        if (rest == tail || rest.ends_with("." + tail)) return tail;
    return "";
}

SplitName split(std::string name) {
    name = unwrapped(std::move(name));
    constexpr std::string_view kSharded = "_fsdp_wrapped_module.";
    if (name.starts_with(kSharded)) name.erase(0, kSharded.size());
    for (const std::string_view part : kParts) {
        const std::string inner = "." + std::string(part);
        const std::size_t at = name.find(inner);
        if (at == std::string::npos) continue;
        const std::string rest = name.substr(at + inner.size());
        if (!rest.empty() && rest.front() != '.') continue;
        return {name.substr(0, at), std::string(part),
                without_adapter_name(rest.empty() ? rest : rest.substr(1))};
    }
    return {name, "", ""};
}

/// The name without the adapter's own in it.
std::string plain_name(const std::string& name) {
    const SplitName at = split(name);
    if (at.part.empty()) return at.module;
    return at.module + "." + at.part + (at.rest.empty() ? "" : "." + at.rest);
}

/// adapter_config.json with PEFT's keys, for adapters beside every linear layer of the decoder.
base::Json config_json(const AdapterSettings& settings) {
    const bool is_whole = settings.alpha == std::floor(settings.alpha);
    base::Json json = {
        {"auto_mapping", nullptr},
        {"bias", settings.bias},
        {"fan_in_fan_out", false},
        {"inference_mode", true},
        {"init_lora_weights", true},
        {"layers_pattern", nullptr},
        {"layers_to_transform", nullptr},
        {"lora_alpha", is_whole ? base::Json(static_cast<std::int64_t>(settings.alpha))
                                : base::Json(settings.alpha)},
        {"lora_dropout", settings.dropout},
        {"modules_to_save", nullptr},
        {"peft_type", "LORA"},
        {"r", settings.rank},
        {"revision", nullptr},
        {"target_modules",
         {"down_proj", "gate_proj", "k_proj", "o_proj", "q_proj", "up_proj", "v_proj"}},
        {"task_type", "CAUSAL_LM"}};
    base::put_path(json, "base_model_name_or_path", settings.base_model,
                   "base_model_name_or_path_bytes");
    return json;
}

TensorTable wrapped(const TensorTable& table) {
    TensorTable result;
    for (const auto& [name, view] : table) result[std::string(kWrappers) + name] = view;
    return result;
}

/// Sorts the tensors of one file.
class Sorter {
  public:
    explicit Sorter(const fs::path& folder) : folder_(folder) {}

    AdapterTensors run(TensorTable file) {
        for (auto& [name, view] : file) add(name, std::move(view));
        for (const auto* modules : {&tensors_.linear, &tensors_.embeddings})
            for (const auto& [module, matrices] : *modules) {
                if (!matrices.a) refuse("lora_A of " + module + " is missing");
                if (!matrices.b) refuse("lora_B of " + module + " is missing");
            }
        return std::move(tensors_);
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const { refuse_adapter(folder_, what); }
    [[noreturn]] void refuse_stray(const std::string& name) const {
        refuse("it holds " + base::in_quotes(name) + ", which is no part of a LoRA adapter");
    }

    void put(std::optional<TensorView>& place, const std::string& name, TensorView view) const {
        if (place) refuse("it holds " + base::in_quotes(name) + " of a second adapter");
        place = std::move(view);
    }

    void add(const std::string& name, TensorView view) {
        const SplitName at = split(name);
        if (at.part == "lora_A" || at.part == "lora_B") {
            if (at.rest == "bias")
                refuse("it holds " + base::in_quotes(name) +
                       " (lora_bias), for which LLaMA's layers have no place");
            if (at.rest != "weight") refuse_stray(name);
            AdapterMatrices& own = tensors_.linear[at.module];
            put(at.part == "lora_A" ? own.a : own.b, name, std::move(view));
        } else if (at.part == "lora_embedding_A" || at.part == "lora_embedding_B") {
            AdapterMatrices& own = tensors_.embeddings[at.module];
            put(at.part == "lora_embedding_A" ? own.a : own.b, name, std::move(view));
        } else if (at.part == "lora_magnitude_vector") {
            put(tensors_.linear[at.module].lengths, name, std::move(view));
        } else if (at.part == "token_adapter.trainable_tokens_delta") {
            tensors_.token_rows.insert_or_assign(at.module, std::move(view));
        } else {
            add_whole(at, name, std::move(view));
        }
    }

    /// Adds a tensor that was saved whole. Of a wrapped module the trained copy counts, because the
    /// original is in the base.
    void add_whole(const SplitName& at, const std::string& name, TensorView view) {
        if (at.part == "original_module") return;
        const std::string target = at.part.empty() ? at.module : at.module + "." + at.rest;
        if (!target.ends_with(".weight") && !target.ends_with(".bias")) refuse_stray(name);
        if (at.part == "base_layer")
            tensors_.whole.emplace(target, std::move(view));
        else
            tensors_.whole.insert_or_assign(target, std::move(view));
    }

    fs::path folder_;
    AdapterTensors tensors_;
};

}  // namespace

bool is_adapter_parameter(const std::string& name) {
    return name.find(".lora_A.") != std::string::npos || name.find(".lora_B.") != std::string::npos;
}

bool AdapterFolder::exists() const {
    std::error_code error;
    return fs::exists(folder_ / kConfig, error);
}

TensorTable AdapterFolder::adapter_file() const {
    std::error_code error;
    for (const char* name : {kSafeAdapter, kAdapter})
        if (fs::exists(folder_ / name, error)) return read_tensor_file(folder_ / name);
    throw base::Error(base::ErrorKind::File, folder_.string() + " has " + kConfig +
                                                 " but neither " + kSafeAdapter + " nor " +
                                                 kAdapter + ".");
}

AdapterTensors AdapterFolder::tensors() const {
    return Sorter(folder_).run(adapter_file());
}

TensorTable AdapterFolder::parameters() const {
    TensorTable result;
    for (auto& [name, view] : adapter_file())
        result.insert_or_assign(plain_name(name), std::move(view));
    for (auto& [name, view] : others()) result.insert_or_assign(name, std::move(view));
    return result;
}

TensorTable AdapterFolder::others() const {
    TensorTable result;
    std::error_code error;
    if (!fs::exists(folder_ / kOthers, error)) return result;
    for (auto& [name, view] : read_tensor_file(folder_ / kOthers))
        result.insert_or_assign(unwrapped(name), std::move(view));
    return result;
}

void AdapterFolder::write(const AdapterSettings& settings, const TensorTable& adapters,
                          const TensorTable& others) const {
    TensorTable adapter = wrapped(adapters);
    const TensorTable beside = wrapped(others);
    if (settings.bias == "all")
        for (const auto& [name, view] : beside)
            if (name.ends_with(".bias") && name.find("mm_projector") != std::string::npos)
                adapter[name] = view;
    write_torch_file(folder_ / kAdapter, adapter);
    write_torch_file(folder_ / kOthers, beside);
    base::write_file_atomically(folder_ / kConfig,
                                base::json_text(config_json(settings), 2) + "\n");
}

}  // namespace univi::model
