#pragma once

#include <cstdint>
#include <string>

#include "training/engine/memory_plan.h"
#include "training/options/deepspeed_config.h"
#include "training/options/options.h"

namespace univi::training {

/// Ranks from the launcher's variables or --include, the device from --device and
/// --plan_device_memory. Throws Error{Usage}.
PlanSettings plan_settings(const TrainOptions& options, const DeepSpeedConfig& parallel, int ranks);
int planned_ranks(const TrainOptions& options);

/// "80GB", "16 GiB", "512M" to bytes (GB counts 10^9, GiB 2^30; G alone is
/// GB). Throws Error{Usage}.
std::int64_t parse_memory_size(const std::string& text);

/// For people.
std::string to_text(const MemoryPlan& plan);

/// --plan: prints the plan to stdout; --plan_format json the figures. Exit code: 0 when what the
/// flags ask for fits, 1 if not.
int run_plan(const TrainOptions& options);

}  // namespace univi::training
