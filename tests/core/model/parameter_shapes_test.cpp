#include "core/model/parameter_shapes.h"

#include <gmock/gmock.h>

#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

using Named = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;

Named of(const std::vector<ParameterShape>& list) {
    Named out;
    for (const ParameterShape& each : list) out.emplace_back(each.name, each.shape);
    return out;
}
Named of(const NamedTensors& parameters) {
    Named out;
    for (const auto& [name, tensor] : parameters) out.emplace_back(name, tensor.sizes().vec());
    return out;
}

TEST(ParameterShapes, AreWhatALoadedModelHas) {
    const auto model = load_tiny("tinyA");
    const ModelConfig& config = model->config();
    EXPECT_EQ(of(decoder_parameters(config.language)), of(model->language().parameters()));
    EXPECT_EQ(of(tower_parameters(model->vision()->config())), of(model->vision()->parameters()));
    EXPECT_EQ(of(projector_parameters(config, config.mm_hidden_size)),
              of(model->projector_parameters()));
    model->language().add_adapters({.rank = 3});
    EXPECT_EQ(of(adapter_parameters(config.language, 3)),
              of(model->language().adapter_parameters()));
}

TEST(ParameterShapes, OfTiedHeadsAndDeepProjectors) {
    LanguageConfig tied = small_config();
    tied.tie_word_embeddings = true;
    EXPECT_EQ(decoder_parameters(tied).size() + 1, decoder_parameters(small_config()).size());
    ModelConfig config;
    config.language = small_config();
    config.projector_type = "mlp2x_gelu";
    EXPECT_EQ(of(projector_parameters(config, 24)),
              (Named{{"model.mm_projector.0.weight", {64, 24}},
                     {"model.mm_projector.0.bias", {64}},
                     {"model.mm_projector.2.weight", {64, 64}},
                     {"model.mm_projector.2.bias", {64}}}));
    // The plain pair in a checkpoint counts more than its configuration.
    EXPECT_EQ(of(projector_parameters(config, 24, /*is_linear=*/true)),
              (Named{{kLinearProjector, {64, 24}}, {"model.mm_projector.bias", {64}}}));
}

}  // namespace
}  // namespace univi::model::test
