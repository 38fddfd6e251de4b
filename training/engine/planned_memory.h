#pragma once

#include <cstdint>
#include <string>

#include "core/protocol/memory_plan.h"
#include "training/engine/planned_model.h"

namespace univi::training {

/// The machine and the way of computing that a plan is for.
struct PlanSettings {
    int ranks = 1;
    bool is_gpu = false;
    std::int64_t value_bytes = 4;        ///< of weights and activations: 4 fp32, 2 bf16 or fp16
    bool checkpoints = false;            ///< --gradient_checkpointing
    std::int64_t accumulation = 1;       ///< batches of a step
    std::int64_t bucket_elements = 0;    ///< stages 0 to 2
    std::int64_t max_live_elements = 0;  ///< stage 3
    std::int64_t samples_ahead = 0;      ///< prepared samples that wait
    /// bytes of each device; of the host, shared by its ranks, without a GPU
    std::int64_t device_memory = 0;
    std::string device_name;  ///< "NVIDIA …", "this computer's memory"
};

using protocol::MemoryParts;

/// Returns the bytes that a rank's memory holds, by part and at its fullest moment, with ZeRO
/// `stage` 0 to 3; `offload`: the optimizer's state is in the host's memory.
MemoryParts plan_memory(const PlannedModel& model, const PlannedBatch& batch,
                        const PlanSettings& settings, int stage, bool offload);

}  // namespace univi::training
