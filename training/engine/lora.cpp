#include "training/engine/lora.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/model/adapter_config.h"
#include "core/model/adapter_folder.h"
#include "training/engine/trained_parameters.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

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

}  // namespace

std::optional<model::Quantization> quantization(const TrainOptions& options) {
    using Kind = model::Quantization::Kind;
    if (options.bits == 16) return std::nullopt;
    if (options.bits == 8) return model::Quantization{Kind::Int8, false};
    const Kind kind = options.quant_type == QuantType::Fp4    ? Kind::Fp4
                      : options.quant_type == QuantType::Int4 ? Kind::Int4
                                                              : Kind::Nf4;
    return model::Quantization{kind, options.double_quant};
}

void add_adapters(model::UniviModel& model, const TrainOptions& options) {
    model.language().add_adapters({options.lora_r, options.lora_alpha, options.lora_dropout,
                                   static_cast<std::uint64_t>(options.seed)});
    if (options.lora_weight_path.empty()) return;
    const fs::path folder = options.lora_weight_path;
    check_adapter_config(folder, options);
    const model::TensorTable table = model::AdapterFolder(folder).parameters();
    copy_into(model.language().adapter_parameters(), table, /*is_required=*/true, folder);
    if (options.pretrain_mm_mlp_adapter.empty())
        copy_into(model.projector_parameters(), table, /*is_required=*/false, folder);
    if (model.vision()) copy_into(tower_parameters(model), table, /*is_required=*/false, folder);
}

}  // namespace univi::training
