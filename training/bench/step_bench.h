#pragma once

#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/bench/bench_types.h"

namespace univi::training {

/// Samples of 384 tokens a second that one process learns from, two a step: forward, loss on all
/// text, backward, clip, AdamW, on a decoder of random weights (core/bench: `shape`). `dtype`:
/// fp32 or bf16. Limit: matrix products. Throws Error{Usage} for an unknown shape or type,
/// Error{Stopped} between steps.
bench::Figure bench_step(const std::string& shape, const std::string& dtype, int threads, int runs,
                         const base::StopToken& stop);

/// The arguments behind the word "bench-step": SHAPE DTYPE THREADS RUNS. Prints the figure as one
/// JSON line (univi-cli bench train). Returns the exit code.
int run_step_bench(const std::vector<std::string>& arguments, const base::StopToken& stop);

}  // namespace univi::training
