#include "training/bench/step_bench.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstdio>

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/bench/bench.h"
#include "core/bench/limits.h"
#include "core/bench/measure.h"
#include "core/bench/shapes.h"
#include "core/model/device.h"
#include "core/model/dtype_names.h"
#include "training/bench/training_step.h"
#include "training/engine/optimizer.h"

namespace univi::training {
namespace {

/// Multiplications and additions of a sample: forward once, backward twice.
double work_of_sample(const model::LanguageConfig& config) {
    const double attention =
        2.0 * config.num_layers * config.num_heads * config.head_dim * kStepTokens;
    return 3 * 2.0 * kStepTokens *
           (static_cast<double>(bench::multiplied_elements(config)) + attention / 2);
}

c10::ScalarType type_named(const std::string& name) {
    const auto type = model::dtype_named(name == "auto" ? "fp32" : name);
    if (!type || *type == c10::kHalf)
        throw base::Error(base::ErrorKind::Usage,
                          "A training step is measured in fp32 or bf16, not in " + name + ".");
    return *type;
}

}  // namespace

bench::Figure bench_step(const StepBench& of, const base::StopToken& stop) {
    const auto config = bench::shape_named(of.shape);
    if (!config)
        throw base::Error(base::ErrorKind::Usage, "The shape " + of.shape + " is not known.");
    at::set_num_threads(base::choose_threads(of.threads));
    model::PlacementOptions placement;
    placement.device = model::open_device(of.device);
    placement.compute_dtype = type_named(of.dtype);
    placement.materialize = true;
    const model::LanguageModel language = bench::random_language(*config, placement, stop);
    AdamW optimizer(language.parameters(), {});
    const at::Tensor ids = step_tokens(*config, kStepSamples, 7).to(placement.device);
    bench::Figure figure = bench::cpu_figure(
        "train", of.shape, model::dtype_name(placement.compute_dtype), "samples/s");
    figure.device = placement.device.str();
    const auto peak = [&] { return bench::matrix_peak(placement.compute_dtype, placement.device); };
    const double before = peak();
    const auto values = bench::measure_rate(of.runs, stop, [&] {
        take_step(language, optimizer, ids, 1);
        bench::wait_for(placement.device);
        return double{kStepSamples};
    });
    figure.limit = std::max(before, peak()) / work_of_sample(*config);
    figure.limit_is = "matrix products";
    return bench::summed_up(figure, values);
}

int run_step_bench(const std::vector<std::string>& arguments, const base::StopToken& stop) {
    if (arguments.size() != 5)
        throw base::Error(base::ErrorKind::Usage,
                          "bench-step takes five words, SHAPE DTYPE DEVICE THREADS RUNS: use "
                          "univi-cli bench train.");
    const bench::Figure figure = bench_step({arguments[0], arguments[1], arguments[2],
                                             std::stoi(arguments[3]), std::stoi(arguments[4])},
                                            stop);
    std::printf("%s\n", bench::to_json_line(figure).c_str());
    return 0;
}

}  // namespace univi::training
