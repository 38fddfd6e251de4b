#pragma once

#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "training/options/options.h"

namespace univi::training {

/// Starts the command, keeps run.json, events.jsonl and curves in --output_dir as our own engine
/// does, passes its output on to stderr and stops it with `stop`. Returns the exit code: 0, or 1
/// (stopped). Throws Error{Usage} when deepspeed or the reference's code is not there,
/// Error{Internal} with the program's own last error.
int run_deepspeed_engine(const TrainOptions& options, const std::vector<std::string>& command,
                         const base::StopToken& stop);

}  // namespace univi::training
