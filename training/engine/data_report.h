#pragma once

#include <cstdint>
#include <string>

#include "core/base/stop_token.h"
#include "core/protocol/data_report.h"
#include "training/options/options.h"

namespace univi::training {

/// For people: counts, bars of the lengths, the first findings of each problem.
std::string to_text(const protocol::DataReport& report, std::int64_t model_max_length);

/// --check_data: prints the report of --dataset_use, and of --eval_dataset_use where that is given,
/// to stdout and keeps it as data_report.json in --output_dir when that is given (the held-out
/// data's under "held_out"). --check_format json prints protocol::CheckEvent lines instead. Exit
/// code: 0 without faults, 1 with.
int run_check_data(const TrainOptions& options, const base::StopToken& stop);

}  // namespace univi::training
