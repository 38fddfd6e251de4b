#include "core/model/lora.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"

namespace univi::model {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& folder, const std::string& what) {
    throw base::Error(base::ErrorKind::Model,
                      "The LoRA adapter " + folder.string() + " cannot be merged: " + what + ".");
}

/// alpha / r.
double read_scale(const fs::path& folder) {
    const base::Json config =
        base::read_json_file(folder / "adapter_config.json", std::size_t{1} << 20);
    if (!config.is_object()) refuse(folder, "adapter_config.json is not an object");
    for (const char* flag : {"use_dora", "use_rslora", "fan_in_fan_out"})
        if (config.contains(flag) && config[flag] == true)
            refuse(folder, std::string(flag) + " is not supported");
    for (const char* field : {"rank_pattern", "alpha_pattern", "modules_to_save"})
        if (config.contains(field) && !config[field].empty())
            refuse(folder, std::string(field) + " is not supported");
    const auto number = [&](const char* field) {
        if (!config.contains(field) || !config[field].is_number())
            refuse(folder, std::string(field) + " is missing in adapter_config.json");
        return config[field].get<double>();
    };
    const double rank = number("r"), alpha = number("lora_alpha");
    if (!(rank >= 1 && rank <= 65536 && alpha > 0 && alpha <= 1e6))
        refuse(folder, "r or lora_alpha is out of range");
    return alpha / rank;
}

TensorTable read_adapter(const fs::path& folder) {
    for (const char* name : {"adapter_model.safetensors", "adapter_model.bin"})
        if (fs::exists(folder / name)) return read_tensor_file(folder / name);
    throw base::Error(base::ErrorKind::File,
                      folder.string() +
                          " has adapter_config.json but neither adapter_model.safetensors nor "
                          "adapter_model.bin.");
}

std::string without_prefix(std::string name, const std::string& prefix) {
    return name.starts_with(prefix) ? name.substr(prefix.size()) : name;
}

/// "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight" ->
/// "model.layers.0.self_attn.q_proj.weight" when it holds `part` (lora_A, lora_B); empty otherwise.
/// PEFT may put the adapter's name ("default") behind the part.
std::string target_of(const std::string& name, const std::string& part) {
    const std::size_t at = name.find("." + part + ".");
    if (at == std::string::npos) return {};
    return without_prefix(name.substr(0, at), "base_model.model.") + ".weight";
}

void merge_one(WeightSource& source, const fs::path& folder, const std::string& target,
               const at::Tensor& a, const at::Tensor& b, double scale, c10::ScalarType dtype) {
    const auto found = source.table().find(target);
    if (found == source.table().end()) refuse(folder, "its base has no " + target);
    const at::Tensor weight = to_tensor(found->second);
    const bool fits = weight.dim() == 2 && a.dim() == 2 && b.dim() == 2 &&
                      b.size(0) == weight.size(0) && a.size(1) == weight.size(1) &&
                      b.size(1) == a.size(0);
    if (!fits) refuse(folder, "its matrices for " + target + " do not fit the base's weight");
    const at::Tensor update = at::matmul(b.to(c10::kFloat), a.to(c10::kFloat)) * scale;
    source.override_tensor(target, to_view(weight.to(c10::kFloat).add(update).to(dtype)));
}

}  // namespace

void merge_lora(WeightSource& source, const fs::path& folder, c10::ScalarType dtype,
                const base::StopToken& stop) {
    const at::NoGradGuard guard;
    const double scale = read_scale(folder);
    const TensorTable adapter = read_adapter(folder);
    std::map<std::string, at::Tensor> a, b;
    for (const auto& [name, view] : adapter) {
        if (const std::string target = target_of(name, "lora_A"); !target.empty())
            a[target] = to_tensor(view);
        else if (const std::string other = target_of(name, "lora_B"); !other.empty())
            b[other] = to_tensor(view);
        else if (name.ends_with(".bias") && source.has(without_prefix(name, "base_model.model.")))
            source.override_tensor(without_prefix(name, "base_model.model."), view);
        else if (!name.ends_with("mm_projector.bias"))  // which non_lora_trainables.bin brings too
            refuse(folder, "it holds " + name + ", which is no LoRA matrix of a linear layer");
    }
    if (a.empty()) refuse(folder, "it holds no LoRA matrices");
    for (const auto& [target, matrix] : a)
        if (!b.contains(target)) refuse(folder, "lora_B of " + target + " is missing");
    for (const auto& [target, matrix] : b) {
        base::throw_if_stopped(stop, "merging the LoRA adapter");
        if (!a.contains(target)) refuse(folder, "lora_A of " + target + " is missing");
        merge_one(source, folder, target, a[target], matrix, scale, dtype);
    }
    const fs::path others = folder / "non_lora_trainables.bin";
    if (!fs::exists(others)) return;
    for (auto& [name, view] : read_tensor_file(others))
        source.override_tensor(without_prefix(without_prefix(name, "base_model."), "model."), view);
}

}  // namespace univi::model
