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
#include "training/engine/optimizer.h"

namespace univi::training {
namespace {

constexpr std::int64_t kSamples = 2, kTokens = 384;

void step(const model::LanguageModel& language, AdamW& optimizer, const at::Tensor& ids) {
    optimizer.zero_grad();
    const at::Tensor hidden =
        language.forward_batch(language.embed(ids), at::ones(ids.sizes(), c10::kBool), false);
    const at::Tensor chosen =
        hidden.narrow(1, 0, kTokens - 1).reshape({-1, language.config().hidden_size});
    at::cross_entropy_loss(language.logits(chosen), ids.narrow(1, 1, kTokens - 1).reshape({-1}))
        .backward();
    optimizer.clip_gradients(1);
    optimizer.step(1e-4);
}

/// Multiplications and additions of a sample: forward once, backward twice.
double work_of_sample(const model::LanguageConfig& config) {
    const double attention = 2.0 * config.num_layers * config.num_heads * config.head_dim * kTokens;
    return 3 * 2.0 * kTokens *
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
    at::manual_seed(7);
    const at::Tensor ids = at::randint(3, config->vocab_size, {kSamples, kTokens}, c10::kLong);
    bench::Figure figure;
    figure.what = "train";
    figure.shape = shape;
    figure.dtype = model::dtype_name(placement.compute_dtype);
    figure.device = "cpu";
    figure.threads = at::get_num_threads();
    figure.unit = "samples/s";
    const double before = bench::matrix_peak(placement.compute_dtype);
    const auto values = bench::measure_rate(runs, stop, [&] {
        step(language, optimizer, ids);
        return double{kSamples};
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
