#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/stop_token.h"
#include "core/protocol/data_report.h"
#include "core/text/tokenizer.h"
#include "training/data/dataset.h"
#include "training/options/options.h"

namespace univi::training {

using protocol::DataProblem;
using protocol::DataReport;

/// Hears how many items were looked at, about once a second, on one thread at a time.
using CheckListener = std::function<void(std::int64_t done, std::int64_t total)>;

/// Reads every item of `dataset` as training would. Uses --version, --model_max_length,
/// --max_frames, --check_media and --threads. Throws Error{Stopped|File}.
DataReport check_data(const Dataset& dataset, const text::Tokenizer& tokenizer,
                      const TrainOptions& options, const base::StopToken& stop,
                      const CheckListener& listener = {});

/// For people: counts, bars of the lengths, the first findings of each problem.
std::string to_text(const DataReport& report, std::int64_t model_max_length);

/// --check_data: prints the report of --dataset_use, and of --eval_dataset_use where that is given,
/// to stdout and keeps it as data_report.json in --output_dir when that is given (the held-out
/// data's under "held_out"). --check_format json prints protocol::CheckEvent lines instead. Exit
/// code: 0 without faults, 1 with.
int run_check_data(const TrainOptions& options, const base::StopToken& stop);

}  // namespace univi::training
