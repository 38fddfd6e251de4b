#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/base/json.h"
#include "training/options/json_section.h"
#include "training/options/options.h"

namespace univi::training {

/// The learning rate as the scheduler of a DeepSpeed file has it, "auto" values filled in.
/// DeepSpeed warms up in at least two steps, by default along a logarithm; its rates start and
/// (WarmupDecayLR) end at the lowest one. A step counts from 0, as with --lr_scheduler_type.
struct DeepSpeedSchedule {
    enum class Type { WarmupLR, WarmupDecayLR, WarmupCosineLR };
    enum class Warmup { Log, Linear };
    Type type = Type::WarmupLR;
    Warmup warmup = Warmup::Log;
    std::int64_t warmup_num_steps = 2;
    std::int64_t total_num_steps = 0;  ///< of the two that fall; 0: the run's, not known yet
    double max_lr = 0;
    double min_lr = 0;  ///< where the warm-up starts
    double end_lr = 0;  ///< WarmupCosineLR: rate at the end

    double rate(std::int64_t step) const;
};

/// Reads "scheduler" of `root`: nothing when the file has none. `total_steps` is the run's number
/// of steps, 0 when it is not known. Refuses what contradicts the flags: a type that is not
/// --lr_scheduler_type's, a peak that is not --learning_rate, a warm-up that is not the one of
/// --warmup_steps or --warmup_ratio (when they ask for one), another number of steps than the run
/// has. `note` hears of what the file leaves out. Throws Error{Usage|Format}.
std::optional<DeepSpeedSchedule> read_deepspeed_schedule(
    JsonSection& root, const TrainOptions& options, std::int64_t total_steps,
    const std::function<void(const std::string&)>& note);

/// For run.json: the values under DeepSpeed's keys.
base::Json to_json(const DeepSpeedSchedule& schedule);

}  // namespace univi::training
