#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "training/options/deepspeed_schedule.h"
#include "training/options/options.h"

namespace univi::training {

/// fp16 with loss scaling, DeepSpeed's names and defaults.
struct LossScaleConfig {
    double loss_scale = 0;                  ///< fixed scale; 0: found while training
    std::int64_t initial_scale_power = 16;  ///< first scale is 2^this
    std::int64_t loss_scale_window = 1000;  ///< good steps before the scale doubles
    std::int64_t hysteresis = 2;            ///< bad steps before it halves
    double min_loss_scale = 1;
};

/// How a run is spread over ranks: what a DeepSpeed JSON file says, "auto" values filled from the
/// flags. Sizes count elements.
struct DeepSpeedConfig {
    /// ZeRO: 0 none, 1 optimizer state, 2 and gradients, 3 and parameters partitioned
    int stage = 0;
    /// optimizer state and fp32 weights in host memory, updated there
    bool offload_optimizer = false;
    bool offload_param = false;  ///< stage 3: partitions in host memory
    bool pin_memory = false;     ///< of what is offloaded
    bool overlap_comm = false;   ///< gradients travel while the backward pass goes on
    bool contiguous_gradients = true;
    bool reduce_scatter = true;
    bool round_robin_gradients = false;
    std::int64_t reduce_bucket_size = 500'000'000;
    std::int64_t allgather_bucket_size = 500'000'000;
    /// stage 3: elements that one optimizer update takes
    std::int64_t sub_group_size = 1'000'000'000;
    std::int64_t stage3_max_live_parameters = 1'000'000'000;
    std::int64_t stage3_max_reuse_distance = 1'000'000'000;
    std::int64_t stage3_prefetch_bucket_size = 50'000'000;  ///< elements gathered ahead
    /// smaller parameters stay whole on every rank
    std::int64_t stage3_param_persistence_threshold = 100'000;
    bool stage3_gather_16bit_weights_on_model_save = false;
    bool bf16 = false, fp16 = false;
    LossScaleConfig scale;
    double gradient_clipping = 0;       ///< norm; 0: none
    std::int64_t train_batch_size = 0;  ///< samples of a step over all ranks
    std::int64_t train_micro_batch_size_per_gpu = 0;
    std::int64_t gradient_accumulation_steps = 1;
    std::int64_t steps_per_print = 10;
    bool wall_clock_breakdown = false;
    std::optional<DeepSpeedSchedule> schedule;  ///< the file's scheduler; else the flags decide
    std::filesystem::path file;                 ///< empty: no file was given

    /// Gradients that are sent together. Without a file buffers of 64 MB (fp32), small enough that
    /// sending begins early in backward.
    std::int64_t bucket_elements() const {
        return file.empty() ? std::int64_t{1} << 24 : reduce_bucket_size;
    }
};

/// What "auto" values and the checks need besides the flags.
struct DeepSpeedContext {
    std::int64_t ranks = 1;
    /// of the decoder; 0: not known yet, bucket sizes keep their defaults
    std::int64_t hidden_size = 0;
    /// of the run; 0: not known yet, the scheduler's are not checked
    std::int64_t total_steps = 0;
};

/// The configuration of a run: the file of --deepspeed if given (relative to the working folder),
/// else the defaults, then
/// --zero_stage and --offload_optimizer over it. `warn` hears of every key that is not known here,
/// `note` once of all known keys that have no effect on a run. Throws Error{Usage|File|Format}: a
/// missing file; a key that stands twice; a value of the wrong type or out of range with file and
/// key; a value that contradicts a flag with file, key and both values.
DeepSpeedConfig load_deepspeed_config(const TrainOptions& options, const DeepSpeedContext& context,
                                      const std::function<void(const std::string&)>& warn,
                                      const std::function<void(const std::string&)>& note = {});

/// For run.json: every field under DeepSpeed's key.
base::Json to_json(const DeepSpeedConfig& config);

}  // namespace univi::training
