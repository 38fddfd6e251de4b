#pragma once

#include <string>

#include "training/options/options.h"

namespace univi::training {

/// Returns what may help a run that has too little memory, as the end of a sentence: the settings
/// that it does not use yet. `zero_stage`: of the run, which may be higher than the flag's.
std::string memory_advice(const TrainOptions& options, int zero_stage, bool has_many_ranks);

}  // namespace univi::training
