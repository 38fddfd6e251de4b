#include "core/bench/shapes.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "core/base/huge_pages.h"
#include "core/bench/bench_types.h"

namespace univi::bench {
namespace {

struct Shape {
    const char* name;
    int hidden, intermediate, layers, heads;
};

constexpr Shape kShapes[] = {{"160m", 768, 2048, 12, 12},
                             {"1.1b", 2048, 5632, 22, 32},
                             {"7b", 4096, 11008, 32, 32},
                             {"13b", 5120, 13824, 40, 40}};

/// Normal values of deviation 0.02 in bf16; a prime number of them, so that rows differ.
const at::Tensor& pattern() {
    static const at::Tensor values = [] {
        constexpr std::int64_t kCount = 8'388'593;
        at::manual_seed(7);
        return (at::randn({kCount}) * 0.02).to(c10::kBFloat16);
    }();
    return values;
}

at::Tensor random_matrix(const std::vector<std::int64_t>& shape) {
    if (shape.size() == 1) return at::ones(shape, c10::kBFloat16);
    at::Tensor matrix = at::empty(shape, c10::kBFloat16);
    base::use_huge_pages(matrix.mutable_data_ptr(), matrix.nbytes());
    auto* to = static_cast<std::byte*>(matrix.mutable_data_ptr());
    const auto* from = static_cast<const std::byte*>(pattern().const_data_ptr());
    const std::size_t all = matrix.nbytes(), part = pattern().nbytes();
    for (std::size_t at = 0; at < all; at += part)
        std::memcpy(to + at, from, std::min(part, all - at));
    return matrix;
}

}  // namespace

std::vector<std::string> shape_names() {
    std::vector<std::string> names;
    for (const Shape& each : kShapes) names.emplace_back(each.name);
    return names;
}

std::optional<model::LanguageConfig> shape_named(const std::string& name) {
    for (const Shape& each : kShapes) {
        if (each.name != name) continue;
        model::LanguageConfig config;
        config.hidden_size = each.hidden;
        config.intermediate_size = each.intermediate;
        config.num_layers = each.layers;
        config.num_heads = config.num_kv_heads = each.heads;
        config.head_dim = each.hidden / each.heads;
        return config;
    }
    return std::nullopt;
}

model::LanguageModel random_language(const model::LanguageConfig& config,
                                     const model::PlacementOptions& placement,
                                     const base::StopToken& stop) {
    std::map<std::string, std::vector<std::int64_t>> shapes;
    for (const model::ParameterShape& each : model::decoder_parameters(config))
        shapes[each.name] = each.shape;
    model::WeightSource source({}, "random");
    std::string last;
    source.set_observer([&](const std::string& name) {
        base::throw_if_stopped(stop, "making random weights");
        if (!last.empty()) source.override_tensor(last, {});
        source.override_tensor(name, model::to_view(random_matrix(shapes.at(name))));
        last = name;
    });
    return {config, source, placement};
}

std::int64_t multiplied_elements(const model::LanguageConfig& config) {
    std::int64_t sum = 0;
    for (const model::ParameterShape& each : model::decoder_parameters(config))
        if (each.kind == model::ParameterKind::Linear) sum += each.num_elements();
    return sum + std::int64_t{config.vocab_size} * config.hidden_size;
}

std::int64_t multiplied_bytes(const model::LanguageModel& model) {
    const std::string head =
        model.config().tie_word_embeddings ? "model.embed_tokens.weight" : "lm_head.weight";
    const auto is_read = [&](const std::string& name) {
        return name == head || name.find("_proj.weight") != std::string::npos;
    };
    std::int64_t sum = 0;
    for (const auto& [name, tensor] : model.parameters())
        if (is_read(name)) sum += static_cast<std::int64_t>(tensor.nbytes());
    for (const auto& [name, matrix] : model.quantized())
        if (is_read(name)) sum += matrix->bytes();
    return sum;
}

}  // namespace univi::bench
