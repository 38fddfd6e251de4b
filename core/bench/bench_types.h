#pragma once

#include <string>
#include <vector>

#include "core/session/engine_options.h"

namespace univi::bench {

struct BenchOptions {
    std::string what;   ///< one of work_names()
    std::string shape;  ///< one of shape_names(): random weights; empty: the model of `engine`
    session::EngineOptions engine;
    int runs = 5;
    std::string video;  ///< of video; empty: a sample clip
};

/// One line of the report. Figures are of the unit, the limit too, and measured in the same run.
struct Figure {
    std::string what, shape, dtype, device;
    int threads = 0;
    std::string unit;  ///< "tokens/s", "pictures/s", "frames/s" or "s"
    double median = 0;
    double min = 0;  ///< the least of the values: the worst run of a rate, the best of a time
    int runs = 0;
    double limit = 0;
    double share_of_limit = 0;  ///< 0 to 1: how near the median is to the limit
    std::string limit_is;       ///< what the limit was taken from, for people
};

/// Decoders that bench knows by name.
std::vector<std::string> shape_names();

}  // namespace univi::bench
