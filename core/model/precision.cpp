#include "core/model/precision.h"

#include "core/base/error.h"
#include "core/kernels/cpu_features.h"
#include "core/model/device.h"
#include "core/model/dtype_names.h"
#include "core/model/quantized_names.h"

namespace univi::model {
namespace {

const StoredKind* kind_named(const std::string& name) {
    for (const StoredKind& each : kStoredKinds)
        if (each.name == name) return &each;
    return nullptr;
}

}  // namespace

void set_precision(PlacementOptions& placement, const std::string& name,
                   const ModelConfig& config) {
    const StoredKind* stored = stored_kind(config.stored_bits);
    const StoredKind* kind = stored && name == "auto" ? stored : kind_named(name);
    if (!kind) placement.compute_dtype = compute_dtype(name, placement.device);
    if (stored && kind != stored)
        throw base::Error(base::ErrorKind::Usage,
                          std::string("The model's weights are stored in ") + stored->name +
                              ", not in " + name +
                              ": use auto, or the folder that it was made from.");
    if (!kind) return;
    const bool cpu = placement.device.is_cpu();
    placement.compute_dtype = cpu ? c10::kFloat : c10::kBFloat16;
    placement.quantize = Quantization{kind->kind, false};
    placement.quantize_tokens = true;
    if (!cpu) return;
    placement.cache_dtype = c10::kHalf;
    placement.quantize_tower = kernels::has_int8_products();
}

void set_cache_precision(PlacementOptions& placement, const std::string& name) {
    if (name == "auto") return;
    if (name != "int8")
        throw base::Error(base::ErrorKind::Usage, "Keys and values cannot be held in \"" + name +
                                                      "\": use auto or int8 (--cache-dtype).");
    placement.cache_dtype = c10::kChar;
}

std::string precision_name(const PlacementOptions& placement) {
    if (placement.quantize)
        if (const StoredKind* kind = stored_kind(placement.quantize->kind)) return kind->name;
    return dtype_name(placement.compute_dtype);
}

std::string instruction_names() {
    return kernels::to_string(kernels::instruction_set()) +
           (kernels::has_int8_products() ? " int8" : "") +
           (kernels::has_bf16_products() ? " bf16" : "");
}

}  // namespace univi::model
