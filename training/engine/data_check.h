#pragma once

#include <cstdint>
#include <functional>

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

}  // namespace univi::training
