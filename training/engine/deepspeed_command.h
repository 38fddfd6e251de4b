#pragma once

#include <string>
#include <vector>

#include "training/options/options.h"

namespace univi::training {

/// The command that starts the same run with DeepSpeed and the reference's Python.
struct DeepSpeedCommand {
    /// deepspeed --include … ChatUniVi/train/train_mem.py --flags…
    std::vector<std::string> words;
    std::vector<std::string> warnings;  ///< settings of ours that this engine does not know
};
/// Throws Error{Usage} for settings that would train something else there.
DeepSpeedCommand deepspeed_command(const TrainOptions& options);

}  // namespace univi::training
