#include <optional>

#include "core/base/error.h"
#include "core/bench/limits.h"
#include "core/bench/measure.h"
#include "core/bench/shapes.h"
#include "core/bench/works.h"
#include "core/kernels/cpu_features.h"
#include "core/model/device.h"
#include "core/model/precision.h"
#include "core/model/sampling.h"
#include "core/model/univi_model.h"
#include "core/session/load_options.h"

namespace univi::bench {
namespace {

constexpr int kContext = 128, kDecoded = 16, kPrefilled = 256;

/// A decoder of random weights, or that of a model's files.
class Subject {
  public:
    Subject(const BenchOptions& options, const base::StopToken& stop) {
        if (options.shape.empty()) {
            model::LoadOptions load = session::load_options(options.engine, {}, stop);
            load.load_vision_tower = false;
            name_ = load.model.filename().string();
            loaded_ = model::UniviModel::load(load);
            return;
        }
        model::PlacementOptions placement;
        placement.device = model::open_device(options.engine.device);
        model::set_precision(placement, options.engine.dtype, {});
        model::set_cache_precision(placement, options.engine.cache_dtype);
        name_ = options.shape;
        random_.emplace(random_language(*shape_named(options.shape), placement, stop));
    }

    const model::LanguageModel& language() const {
        return random_ ? *random_ : loaded_->language();
    }

    Figure figure(const char* what) const {
        Figure figure =
            cpu_figure(what, name_, model::precision_name(language().placement()), "tokens/s");
        figure.device = language().placement().device.str();
        return figure;
    }

  private:
    std::string name_;
    std::unique_ptr<model::UniviModel> loaded_;
    std::optional<model::LanguageModel> random_;
};

at::Tensor random_tokens(const model::LanguageModel& language, std::int64_t count) {
    at::manual_seed(7);
    return language.embed(at::randint(3, language.config().vocab_size, {count}, c10::kLong));
}

/// Reads and chooses tokens as generation does, each the input of the next.
double decode(const model::LanguageModel& language, model::KeyValueCache& cache) {
    cache.truncate(kContext);
    base::SamplingOptions greedy;
    greedy.temperature = 0;
    model::Sampler sampler(greedy);
    std::int32_t id = 3;
    for (int i = 0; i < kDecoded; ++i) {
        const at::Tensor x = language.embed(at::full({1}, std::int64_t{id}, c10::kLong));
        const at::Tensor logits =
            language.logits(language.forward(x, cache)).to(c10::kCPU).contiguous();
        double log_probability = 0;
        id = sampler.choose(
            {logits.const_data_ptr<float>(), static_cast<std::size_t>(logits.numel())},
            &log_probability);
    }
    return kDecoded;
}

/// Bytes that a token reads: the matrices, and the keys and values before it.
double bytes_a_token(const model::LanguageModel& language) {
    const std::int64_t cached = model::KeyValueCache::bytes_of(
        language.config(), kContext + kDecoded / 2, language.placement());
    return static_cast<double>(multiplied_bytes(language) + cached);
}

/// The type that many rows are multiplied in.
c10::ScalarType product_type(const model::PlacementOptions& placement) {
    if (!placement.quantize || !placement.device.is_cpu()) return placement.compute_dtype;
    if (kernels::has_int8_products()) return c10::kChar;
    return kernels::has_bf16_products() ? c10::kBFloat16 : c10::kFloat;
}

/// Multiplications and additions of `count` positions: every matrix but the head's, and attention.
double prefill_work(const model::LanguageConfig& config, double count) {
    const double head = static_cast<double>(config.vocab_size) * config.hidden_size;
    const double matrices = static_cast<double>(multiplied_elements(config)) - head;
    const double attention = 2.0 * config.num_layers * config.num_heads * config.head_dim * count;
    return 2 * count * (matrices + attention / 2);
}

}  // namespace

void bench_decode(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    const Subject subject(options, stop);
    const model::LanguageModel& language = subject.language();
    const c10::Device device = language.placement().device;
    model::KeyValueCache cache(language.config(), kContext + kDecoded, language.placement());
    language.forward(random_tokens(language, kContext), cache);
    Figure figure = subject.figure("decode");
    const double before = read_bandwidth(device);
    const auto values = measure_rate(options.runs, stop, [&] { return decode(language, cache); });
    figure.limit = std::max(before, read_bandwidth(device)) / bytes_a_token(language);
    figure.limit_is = "memory bandwidth";
    report(summed_up(figure, values));
}

void bench_prefill(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    const Subject subject(options, stop);
    const model::LanguageModel& language = subject.language();
    const c10::Device device = language.placement().device;
    model::KeyValueCache cache(language.config(), kPrefilled, language.placement());
    const at::Tensor tokens = random_tokens(language, kPrefilled);
    Figure figure = subject.figure("prefill");
    const c10::ScalarType type = product_type(language.placement());
    const double before = matrix_peak(type, device);
    const auto values = measure_rate(options.runs, stop, [&] {
        cache.truncate(0);
        language.logits(language.forward(tokens, cache).narrow(0, kPrefilled - 1, 1));
        wait_for(device);
        return double{kPrefilled};
    });
    figure.limit = std::max(before, matrix_peak(type, device)) * kPrefilled /
                   prefill_work(language.config(), kPrefilled);
    figure.limit_is = "matrix products";
    report(summed_up(figure, values));
}

}  // namespace univi::bench
