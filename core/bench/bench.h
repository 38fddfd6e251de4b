#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/bench/bench_types.h"

namespace univi::bench {

// What a machine reaches on one kind of work beside what it could: plain C++ types, no LibTorch.

/// {"what", "shape", …}, one object without a line end.
std::string to_json_line(const Figure& figure);

std::vector<std::string> work_names();

/// Measures, and reports each figure when it is known. Throws base::Error: Usage for an unknown
/// name and for a shape with work that needs a model's files, else as Engine::load does, and
/// Stopped.
void run_bench(const BenchOptions& options, const std::function<void(const Figure&)>& report,
               const base::StopToken& stop = {});

}  // namespace univi::bench
