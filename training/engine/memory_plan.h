#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "training/engine/planned_model.h"
#include "training/options/deepspeed_config.h"

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

MemoryParts plan_memory(const PlannedModel& model, const PlannedBatch& batch,
                        const PlanSettings& settings, int stage, bool offload);

/// One line of the table.
struct PlanRow {
    int stage = 0;
    bool offload = false;
    MemoryParts parts;
    bool fits = false;
    bool is_chosen = false;  ///< what the flags ask for
    /// --per_device_train_batch_size that still fits; 0: not even one sample
    std::int64_t largest_batch = 0;
};

struct MemoryPlan {
    PlannedModel model;
    PlannedBatch batch;
    PlanSettings settings;
    std::vector<PlanRow> rows;
    /// What is cheapest in communication and fits: index into rows.
    std::optional<std::size_t> smallest_that_fits() const;
};

MemoryPlan make_memory_plan(const PlannedModel& model, const PlannedBatch& batch,
                            const PlanSettings& settings, int chosen_stage, bool chosen_offload);

/// Ranks from the launcher's variables or --include, the device from --device and
/// --plan_device_memory. Throws Error{Usage}.
PlanSettings plan_settings(const TrainOptions& options, const DeepSpeedConfig& parallel, int ranks);
int planned_ranks(const TrainOptions& options);

/// "80GB", "16 GiB", "512M" to bytes (GB counts 10^9, GiB 2^30; G alone is
/// GB). Throws Error{Usage}.
std::int64_t parse_memory_size(const std::string& text);

/// For people, and with all figures in bytes.
std::string to_text(const MemoryPlan& plan);
base::Json to_json(const MemoryPlan& plan);

/// --plan: prints the plan to stdout; --plan_format json the figures. Exit code: 0 when what the
/// flags ask for fits, 1 if not.
int run_plan(const TrainOptions& options);

}  // namespace univi::training
