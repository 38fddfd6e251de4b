#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace univi::protocol {

// univi-train --plan --plan_format json: one object, for programs and the window.

/// Bytes of one rank's device. Each part at its largest; they are not at their largest together, so
/// `peak` is less than the sum.
struct MemoryParts {
    /// decoder and projector; in stage 3 the own part and what is gathered
    std::int64_t weights = 0;
    std::int64_t tower = 0;  ///< frozen weights of the vision tower
    std::int64_t gradients = 0;
    /// fp32 master weights (none beside fp32 weights) and two moments
    std::int64_t optimizer = 0;
    /// what backward needs, and what is computed with at the worst place
    std::int64_t activations = 0;
    std::int64_t buffers = 0;   ///< gradients and weights on their way between ranks
    std::int64_t cache = 0;     ///< samples prepared ahead (on the host)
    std::int64_t overhead = 0;  ///< program, libraries, context
    std::int64_t peak = 0;
    std::int64_t host = 0;  ///< beside a GPU: what --offload_optimizer keeps in host memory
};

/// One way of spreading a run over its devices.
struct PlanRow {
    int stage = 0;  ///< ZeRO
    bool offload = false;
    MemoryParts parts;
    bool fits = false;
    bool is_chosen = false;  ///< what the flags ask for
    /// --per_device_train_batch_size that still fits; 0: not even one sample
    std::int64_t largest_batch = 0;
};

/// What a batch of the run is taken to be.
struct PlanBatch {
    std::int64_t samples = 0, positions = 0, targets = 0;
    std::string source;  ///< what it was read from
};

/// The memory that a run needs.
struct MemoryPlan {
    std::int64_t parameters = 0, trained_parameters = 0, tower_parameters = 0;
    std::int64_t adapter_rank = 0;  ///< 0: no adapters
    std::int64_t quantized_parameters = 0, quantized_bytes = 0;
    int ranks = 1;
    bool gpu = false;
    std::int64_t value_bytes = 4;  ///< of weights and activations: 4 fp32, 2 bf16 or fp16
    bool checkpointing = false;    ///< --gradient_checkpointing
    std::int64_t device_memory = 0;
    std::string device;  ///< "the GPU", "this computer's memory"
    PlanBatch batch;
    std::vector<PlanRow> rows;

    /// Returns the row that the settings ask for; null when there is none.
    const PlanRow* chosen() const;
    /// Returns the row that is cheapest in communication and fits; null when nothing does.
    const PlanRow* smallest_that_fits() const;
};

base::Json to_json(const MemoryPlan& plan);
/// Throws base::Error{Format} naming the field for anything but a plan.
MemoryPlan memory_plan_from_json(const base::Json& json);

}  // namespace univi::protocol
