#pragma once

#include "app/cli/eval_arguments.h"
#include "app/cli/eval_report.h"
#include "app/cli/shared_options.h"

namespace univi::cli {

/// Starts this program once per device of --devices, each with its shard of the questions,
/// all appending to the same answer files; waits for all of them. Afterwards every question
/// that can be answered is. Throws Error when one of them fails (the others are stopped; what
/// was answered stays).
void runOnDevices(const EvalArguments& arguments, const SharedOptions& shared, EvalReport& report);

}  // namespace univi::cli
