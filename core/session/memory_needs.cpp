#include "core/session/memory_needs.h"

#include "core/base/resident_memory.h"
#include "core/model/device_plan.h"
#include "core/model/precision.h"
#include "core/model/quantized_names.h"
#include "core/model/univi_model.h"

namespace univi::session {
namespace {

using model::ParameterShape;
using model::PlacementOptions;

std::int64_t weights_of(const model::UniviModel& model, const PlacementOptions& placement) {
    const std::int64_t stored = model::stored_size(model.config());
    std::int64_t sum = 0;
    const auto add = [&](const std::vector<ParameterShape>& list) {
        for (const ParameterShape& each : list) sum += model::held_bytes(each, placement, stored);
    };
    add(model::decoder_parameters(model.config().language));
    if (model.vision()) {
        add(model::tower_parameters(model.vision()->config()));
        add(model::projector_parameters(model.config(), model.config().mm_hidden_size));
    }
    return sum;
}

}  // namespace

std::vector<protocol::MemoryNeed> memory_needs(const model::UniviModel& model) {
    const model::StoredKind* stored = model::stored_kind(model.config().stored_bits);
    std::vector<protocol::MemoryNeed> needs;
    for (const std::string name : {"fp32", "bf16", "fp16", "int8", "int4"}) {
        if (stored && name != stored->name) continue;
        PlacementOptions placement;
        model::set_precision(placement, name, model.config());
        if (model.language().placement().cache_dtype == c10::kChar)
            placement.cache_dtype = c10::kChar;
        protocol::MemoryNeed need{name, weights_of(model, placement),
                                  model::KeyValueCache::bytes_of(
                                      model.config().language,
                                      model.config().language.max_position_embeddings, placement),
                                  true};
        need.fits = need.weights + need.cache <= base::machine_memory() / 10 * 9;
        needs.push_back(need);
    }
    return needs;
}

}  // namespace univi::session
