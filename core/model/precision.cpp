#include "core/model/precision.h"

#include "core/base/error.h"
#include "core/model/device.h"
#include "core/model/dtype_names.h"
#include "core/model/quantized_names.h"

namespace univi::model {
namespace {

std::string name_of(const StoredKind& kind) {
    return "int" + std::to_string(kind.bits);
}

const StoredKind* find_kind(const std::string& name) {
    for (const StoredKind& each : kStoredKinds)
        if (name_of(each) == name) return &each;
    return nullptr;
}

}  // namespace

void set_precision(PlacementOptions& placement, const std::string& name,
                   const ModelConfig& config) {
    const std::string stored =
        config.stored_bits > 0 ? "int" + std::to_string(config.stored_bits) : std::string();
    const StoredKind* kind = find_kind(name == "auto" && !stored.empty() ? stored : name);
    if (!kind) placement.compute_dtype = compute_dtype(name, placement.device);
    if (!stored.empty() && (!kind || name_of(*kind) != stored))
        throw base::Error(base::ErrorKind::Usage,
                          "The model's weights are stored in " + stored + ", not in " + name +
                              ": use auto, or the folder that it was made from.");
    if (!kind) return;
    const bool cpu = placement.device.is_cpu();
    placement.compute_dtype = cpu ? c10::kFloat : c10::kBFloat16;
    placement.quantize = Quantization{kind->kind, false};
    placement.quantize_tokens = true;
    if (cpu) placement.cache_dtype = c10::kHalf;
}

std::string precision_name(const PlacementOptions& placement) {
    if (placement.quantize)
        if (const StoredKind* kind = stored_kind(placement.quantize->kind)) return name_of(*kind);
    return dtype_name(placement.compute_dtype);
}

}  // namespace univi::model
