#include "core/protocol/memory_plan.h"

#include <algorithm>

#include "core/protocol/fields.h"

namespace univi::protocol {

/// The parts stand in the row itself.
template <class V>
void fields(V& v, MemoryParts& parts) {
    v.required("weights", parts.weights);
    v.required("tower", parts.tower);
    v.required("gradients", parts.gradients);
    v.required("optimizer", parts.optimizer);
    v.required("activations", parts.activations);
    v.required("buffers", parts.buffers);
    v.required("cache", parts.cache);
    v.required("overhead", parts.overhead);
    v.required("peak", parts.peak);
    v.required("host", parts.host);
}

template <class V>
void fields(V& v, PlanRow& row) {
    v.required("stage", row.stage);
    v.required("offload", row.offload);
    fields(v, row.parts);
    v.required("fits", row.fits);
    v.required("chosen", row.is_chosen);
    v.required("largest_batch", row.largest_batch);
}

template <class V>
void fields(V& v, PlanBatch& batch) {
    v.required("samples", batch.samples);
    v.required("positions", batch.positions);
    v("targets", batch.targets);
    v.required("source", batch.source);
}

template <class V>
void fields(V& v, MemoryPlan& plan) {
    v.required("parameters", plan.parameters);
    v.required("trained_parameters", plan.trained_parameters);
    v.required("tower_parameters", plan.tower_parameters);
    v("adapter_rank", plan.adapter_rank);
    v("quantized_parameters", plan.quantized_parameters);
    v("quantized_bytes", plan.quantized_bytes);
    v.required("ranks", plan.ranks);
    v.required("gpu", plan.gpu);
    v.required("value_bytes", plan.value_bytes);
    v.required("gradient_checkpointing", plan.checkpointing);
    v.required("device_memory", plan.device_memory);
    v("device", plan.device);
    v.required("batch", plan.batch);
    v.required("rows", plan.rows);
}

const PlanRow* MemoryPlan::chosen() const {
    const auto found = std::ranges::find_if(rows, &PlanRow::is_chosen);
    return found == rows.end() ? nullptr : &*found;
}

const PlanRow* MemoryPlan::smallest_that_fits() const {
    const auto found = std::ranges::find_if(rows, &PlanRow::fits);
    return found == rows.end() ? nullptr : &*found;
}

base::Json to_json(const MemoryPlan& plan) {
    return to_json_by_fields(plan);
}

MemoryPlan memory_plan_from_json(const base::Json& json) {
    return from_json_by_fields<MemoryPlan>(json, "plan");
}

}  // namespace univi::protocol
