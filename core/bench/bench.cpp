#include "core/bench/bench.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/bench/works.h"
#include "core/model/tensor_memory.h"

namespace univi::bench {
namespace {

constexpr Work kWorks[] = {
    {"decode", true, bench_decode}, {"prefill", true, bench_prefill},
    {"vision", true, bench_vision}, {"cluster", false, bench_cluster},
    {"video", false, bench_video},  {"load", false, bench_load},
    {"turn", false, bench_turn},
};

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

const Work& work_named(const BenchOptions& options) {
    const auto* found =
        std::ranges::find_if(kWorks, [&](const Work& each) { return options.what == each.name; });
    if (found == std::end(kWorks))
        throw base::Error(base::ErrorKind::Usage, "bench does not know " + options.what + ": use " +
                                                      joined(work_names()) + ".");
    const auto shapes = shape_names();
    if (options.shape.empty()) return *found;
    if (std::ranges::find(shapes, options.shape) == shapes.end())
        throw base::Error(base::ErrorKind::Usage, "The shape " + options.shape +
                                                      " is not known: use " + joined(shapes) + ".");
    if (!found->takes_shape)
        throw base::Error(base::ErrorKind::Usage, "bench " + options.what +
                                                      " takes no --shape: name a --model, or "
                                                      "leave both out for the demo model.");
    return *found;
}

}  // namespace

std::vector<std::string> work_names() {
    std::vector<std::string> names;
    for (const Work& each : kWorks) names.emplace_back(each.name);
    return names;
}

std::string to_json_line(const Figure& figure) {
    return base::json_text({{"what", figure.what},
                            {"shape", figure.shape},
                            {"dtype", figure.dtype},
                            {"device", figure.device},
                            {"threads", figure.threads},
                            {"unit", figure.unit},
                            {"median", figure.median},
                            {"min", figure.min},
                            {"runs", figure.runs},
                            {"limit", figure.limit},
                            {"share_of_limit", figure.share_of_limit},
                            {"limit_is", figure.limit_is}});
}

void run_bench(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    const Work& work = work_named(options);
    if (options.runs < 1)
        throw base::Error(base::ErrorKind::Usage, "bench needs --runs of 1 or more.");
    model::use_tensor_memory();
    const c10::InferenceMode inference;
    at::set_num_threads(base::choose_threads(options.engine.threads));
    work.run(options, report, stop);
}

}  // namespace univi::bench
