#pragma once

#include <functional>
#include <vector>

#include "core/base/stop_token.h"
#include "core/bench/bench_types.h"

namespace univi::bench {

/// Runs `work`, which returns how much it did, once to warm up and then `runs` times: values of
/// work a second. Throws Error{Stopped} between runs.
std::vector<double> measure_rate(int runs, const base::StopToken& stop,
                                 const std::function<double()>& work);
/// The seconds of each run, after one to warm up.
std::vector<double> measure_seconds(int runs, const base::StopToken& stop,
                                    const std::function<void()>& work);

/// A figure of work on the CPU with the threads that LibTorch has now; nothing is measured yet. For
/// another device the caller names it.
Figure cpu_figure(const std::string& what, const std::string& shape, const std::string& dtype,
                  const std::string& unit);

/// Fills in median, min, runs and the share. Of a rate the limit is above, of a time ("s") below.
Figure summed_up(Figure figure, std::vector<double> values);

}  // namespace univi::bench
