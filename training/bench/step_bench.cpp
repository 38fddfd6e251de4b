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

bench::Figure bench_step(const std::string& shape, const std::string& dtype, int threads, int runs,
                         const base::StopToken& stop) {
    const auto config = bench::shape_named(shape);
    if (!config) throw base::Error(base::ErrorKind::Usage, "The shape " + shape + " is not known.");
    at::set_num_threads(base::choose_threads(threads));
    model::PlacementOptions placement;
    placement.compute_dtype = type_named(dtype);
    placement.materialize = true;
    const model::LanguageModel language = bench::random_language(*config, placement, stop);
    AdamW optimizer(language.parameters(), {});
    const at::Tensor ids = step_tokens(*config, kStepSamples, 7);
    bench::Figure figure =
        bench::cpu_figure("train", shape, model::dtype_name(placement.compute_dtype), "samples/s");
    const double before = bench::matrix_peak(placement.compute_dtype);
    const auto values = bench::measure_rate(runs, stop, [&] {
        take_step(language, optimizer, ids, 1);
        return double{kStepSamples};
    });
    figure.limit =
        std::max(before, bench::matrix_peak(placement.compute_dtype)) / work_of_sample(*config);
    figure.limit_is = "matrix products";
    return bench::summed_up(figure, values);
}

int run_step_bench(const std::vector<std::string>& arguments, const base::StopToken& stop) {
    if (arguments.size() != 4)
        throw base::Error(base::ErrorKind::Usage,
                          "bench-step takes four words, SHAPE DTYPE THREADS RUNS: use univi-cli "
                          "bench train.");
    const bench::Figure figure = bench_step(arguments[0], arguments[1], std::stoi(arguments[2]),
                                            std::stoi(arguments[3]), stop);
    std::printf("%s\n", bench::to_json_line(figure).c_str());
    return 0;
}

}  // namespace univi::training
