#pragma once

#include "core/model/language_model.h"
#include "tests/core/model/golden.h"

namespace univi::model::test {

/// A decoder of random weights made on the spot: 8 query heads over `kv_heads`, 3 layers, width
/// 64, 50 tokens.
inline LanguageConfig small_config(int kv_heads = 2) {
    LanguageConfig config;
    config.hidden_size = 64;
    config.intermediate_size = 96;
    config.num_layers = 3;
    config.num_heads = 8;
    config.num_kv_heads = kv_heads;
    config.head_dim = 8;
    config.vocab_size = 50;
    config.max_position_embeddings = 64;
    return config;
}

/// Norms near 1, matrices of deviation 0.15, seeded by their order.
inline WeightSource random_source(const LanguageConfig& config) {
    WeightSource empty({}, "random");
    const LanguageModel shapes(config, empty, {});
    at::manual_seed(11);
    TensorTable table;
    for (const auto& [name, tensor] : shapes.parameters()) {
        const at::Tensor values = at::randn(tensor.sizes());
        table[name] = to_view(tensor.dim() == 1 ? 1 + values * 0.1 : values * 0.15);
    }
    return {std::move(table), "random"};
}

inline LanguageModel random_language(const LanguageConfig& config,
                                     const PlacementOptions& placement = {}) {
    WeightSource source = random_source(config);
    return {config, source, placement};
}

}  // namespace univi::model::test
