#include "core/bench/measure.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "core/bench/stopwatch.h"

namespace univi::bench {

std::vector<double> measure_rate(int runs, const base::StopToken& stop,
                                 const std::function<double()>& work) {
    std::vector<double> values;
    for (int run = 0; run <= runs; ++run) {
        base::throw_if_stopped(stop, "measuring");
        const Stopwatch watch;
        const double done = work();
        if (run > 0) values.push_back(done / watch.seconds());
    }
    return values;
}

std::vector<double> measure_seconds(int runs, const base::StopToken& stop,
                                    const std::function<void()>& work) {
    std::vector<double> values = measure_rate(runs, stop, [&] {
        work();
        return 1.0;
    });
    for (double& value : values) value = 1 / value;
    return values;
}

Figure cpu_figure(const std::string& what, const std::string& shape, const std::string& dtype,
                  const std::string& unit) {
    Figure figure;
    figure.what = what;
    figure.shape = shape;
    figure.dtype = dtype;
    figure.device = "cpu";
    figure.threads = at::get_num_threads();
    figure.unit = unit;
    return figure;
}

Figure summed_up(Figure figure, std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    figure.median = values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    figure.min = values.front();
    figure.runs = static_cast<int>(values.size());
    const double share =
        figure.unit == "s" ? figure.limit / figure.median : figure.median / figure.limit;
    figure.share_of_limit = std::clamp(share, 0.0, 1.0);
    return figure;
}

}  // namespace univi::bench
