#pragma once

#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/bench/bench_types.h"

namespace univi::training {

struct StepBench {
    std::string shape, dtype;  ///< core/bench's shapes; fp32 or bf16
    std::string device = "auto";
    int threads = 0, runs = 3;
};

/// Samples of 384 tokens a second that one process learns from, two a step: forward, loss on all
/// text, backward, clip, AdamW, on a decoder of random weights. Limit: matrix products. Throws
/// Error{Usage} for an unknown shape or type, Error{Stopped} between steps.
bench::Figure bench_step(const StepBench& of, const base::StopToken& stop);

/// The arguments behind the word "bench-step": SHAPE DTYPE DEVICE THREADS RUNS. Prints the figure
/// as one JSON line (univi-cli bench train). Returns the exit code.
int run_step_bench(const std::vector<std::string>& arguments, const base::StopToken& stop);

}  // namespace univi::training
