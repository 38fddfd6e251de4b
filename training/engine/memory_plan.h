#pragma once

#include "training/engine/planned_memory.h"

namespace univi::training {

using protocol::MemoryPlan;
using protocol::PlanRow;

/// Plans every stage that the model can be trained in, on GPUs with and without offload, and finds
/// the largest batch of each.
MemoryPlan make_memory_plan(const PlannedModel& model, const PlannedBatch& batch,
                            const PlanSettings& settings, int chosen_stage, bool chosen_offload);

}  // namespace univi::training
