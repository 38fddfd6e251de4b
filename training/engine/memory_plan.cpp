#include "training/engine/memory_plan.h"

#include <algorithm>

namespace univi::training {
namespace {

PlannedBatch scaled(const PlannedBatch& batch, std::int64_t samples) {
    PlannedBatch result = batch;
    result.samples = samples;
    result.targets = batch.targets * samples / batch.samples;
    result.visual_rows = batch.visual_rows * samples / batch.samples;
    result.pictures = batch.pictures * samples / batch.samples;
    return result;
}

/// Returns the most samples of a batch whose peak the device holds.
std::int64_t largest_batch(const PlannedModel& model, const PlannedBatch& batch,
                           const PlanSettings& settings, const PlanRow& row) {
    const auto fits = [&](std::int64_t samples) {
        return plan_memory(model, scaled(batch, samples), settings, row.stage, row.offload).peak <=
               settings.device_memory;
    };
    if (!fits(1)) return 0;
    std::int64_t good = 1, bad = 2;
    constexpr std::int64_t kMost = 65536;
    while (bad <= kMost && fits(bad)) good = bad, bad *= 2;
    while (bad - good > 1) {
        const std::int64_t middle = (good + bad) / 2;
        (fits(middle) ? good : bad) = middle;
    }
    return good;
}

/// Stage 3 cuts up neither matrices of few bits nor a tower (check_stage).
int last_stage(const PlannedModel& model) {
    const bool sees = std::any_of(model.parameters.begin(), model.parameters.end(),
                                  [](const ParameterInfo& each) { return is_of_tower(each.name); });
    return model.quantized_elements > 0 || sees ? 2 : 3;
}

}  // namespace

MemoryPlan make_memory_plan(const PlannedModel& model, const PlannedBatch& batch,
                            const PlanSettings& settings, int chosen_stage, bool chosen_offload) {
    MemoryPlan plan;
    plan.parameters = model.elements();
    plan.trained_parameters = model.trained_elements();
    plan.tower_parameters = model.tower_elements;
    plan.adapter_rank = model.adapter_rank;
    plan.quantized_parameters = model.quantized_elements;
    plan.quantized_bytes = model.quantized_bytes;
    plan.ranks = settings.ranks;
    plan.gpu = settings.is_gpu;
    plan.value_bytes = settings.value_bytes;
    plan.checkpointing = settings.checkpoints;
    plan.device_memory = settings.device_memory;
    plan.device = settings.device_name;
    plan.batch = {batch.samples, batch.positions, batch.targets, batch.source};
    for (const bool offload : {false, true})
        for (int stage = offload ? 1 : 0; stage <= last_stage(model); ++stage) {
            if (offload && !settings.is_gpu) continue;  // on the CPU everything is in host memory
            PlanRow row;
            row.stage = stage;
            row.offload = offload;
            row.parts = plan_memory(model, batch, settings, stage, offload);
            row.fits = row.parts.peak <= settings.device_memory;
            row.is_chosen = stage == chosen_stage && offload == (chosen_offload && settings.is_gpu);
            row.largest_batch = largest_batch(model, batch, settings, row);
            plan.rows.push_back(row);
        }
    return plan;
}

}  // namespace univi::training
