// The expected angles are the formulas of transformers 5.24 (modeling_rope_utils.py) written out
// again in Python and evaluated in double precision for heads of 16 values.
#include "core/model/rotary.h"

#include <nlohmann/json.hpp>

#include "tests/core/model/golden.h"
#include "tests/core/model/tiny_language.h"
#include "tests/support/scratch_folder.h"

namespace univi::model::test {
namespace {

using Json = nlohmann::json;
using univi::test::ScratchFolder;

LanguageConfig read(const Json& changes, int positions = 1024) {
    const ScratchFolder folder;
    Json config = {{"model_type", "llama"},  {"hidden_size", 64},        {"intermediate_size", 96},
                   {"num_hidden_layers", 3}, {"num_attention_heads", 4}, {"vocab_size", 50}};
    config["max_position_embeddings"] = positions;
    config.update(changes);
    std::ofstream(folder.path() / "config.json") << config.dump();
    return read_model_config(folder.path()).language;
}

void expect_frequencies(const Json& changes, std::vector<double> expected,
                        double attention_factor = 1, int positions = 1024,
                        std::int64_t length = 8) {
    const LanguageConfig config = read(changes, positions);
    const at::Tensor got = rotary_frequencies(config, length, c10::kCPU);
    const at::Tensor want = at::tensor(expected, c10::kDouble);
    ASSERT_EQ(got.numel(), want.numel());
    EXPECT_LT(((got - want).abs() / want).max().item<double>(), 2e-6) << changes.dump();
    EXPECT_NEAR(config.rope_attention_factor, attention_factor, 1e-7) << changes.dump();
    const auto [cos, sin] = rotary_tables(config, length - 1, length, c10::kCPU);
    const double angle = static_cast<double>(length - 1) * expected[1];
    EXPECT_NEAR(cos[0][1].item<double>(), std::cos(angle) * attention_factor, 1e-4);
    EXPECT_NEAR(sin[0][9].item<double>(), std::sin(angle) * attention_factor, 1e-4);
}

const std::vector<double> kLlama3 = {1,
                                     0.19392274,
                                     0.010538233,
                                     0.00091158309,
                                     0.0001767767,
                                     3.4281022e-05,
                                     6.6478699e-06,
                                     1.2891732e-06};
const std::vector<double> kYarn = {1,      0.25693506,    0.0625,  0.013834965,
                                   0.0025, 0.00079056942, 0.00025, 7.9056942e-05};
const std::vector<double> kLinear = {0.25,   0.079056942,   0.025,   0.0079056942,
                                     0.0025, 0.00079056942, 0.00025, 7.9056942e-05};
const std::vector<double> kDynamic = {1,           0.29345168,   0.086113889,   0.025270266,
                                      0.007415602, 0.0021761209, 0.00063858633, 0.00018739423};

Json llama3() {
    return {{"rope_type", "llama3"},   {"rope_theta", 500000},
            {"factor", 8.0},           {"low_freq_factor", 1.0},
            {"high_freq_factor", 4.0}, {"original_max_position_embeddings", 256}};
}

TEST(Rotary, Llama3InEveryPlaceItIsWritten) {
    expect_frequencies({{"rope_parameters", llama3()}}, kLlama3);
    Json old_form = llama3();
    old_form.erase("rope_theta");
    expect_frequencies({{"rope_scaling", old_form}, {"rope_theta", 500000}}, kLlama3);
    expect_frequencies({{"rope_parameters", {{"full_attention", llama3()}}}}, kLlama3);
    Json both = llama3();
    both["type"] = "llama3";
    expect_frequencies({{"rope_parameters", both}, {"rope_scaling", llama3()}}, kLlama3);
    // The original context may stand at the top level, where it counts more.
    Json moved = llama3();
    moved["original_max_position_embeddings"] = 512;
    expect_frequencies({{"rope_parameters", moved}, {"original_max_position_embeddings", 256}},
                       kLlama3);
}

TEST(Rotary, YarnWithItsAttentionFactor) {
    Json yarn = {{"rope_type", "yarn"}, {"factor", 4}, {"original_max_position_embeddings", 256}};
    expect_frequencies({{"rope_parameters", yarn}}, kYarn, 1.1386294);
    yarn["beta_fast"] = 0;  // nothing said
    yarn["attention_factor"] = nullptr;
    expect_frequencies({{"rope_scaling", yarn}}, kYarn, 1.1386294);
    yarn["factor"] = nullptr;  // the ratio of the contexts, 1024 to 256
    expect_frequencies({{"rope_scaling", yarn}}, kYarn, 1.1386294);
    yarn["attention_factor"] = 1.5;
    expect_frequencies({{"rope_scaling", yarn}}, kYarn, 1.5);
    const Json spread = {{"type", "yarn"},    {"factor", 4.0},
                         {"beta_fast", 16},   {"beta_slow", 2},
                         {"mscale", 1.0},     {"mscale_all_dim", 0.5},
                         {"truncate", false}, {"original_max_position_embeddings", 256}};
    expect_frequencies(
        {{"rope_scaling", spread}},
        {1, 0.29152562, 0.050664394, 0.0079056942, 0.0025, 0.00079056942, 0.00025, 7.9056942e-05},
        1.0648216);
}

TEST(Rotary, LinearAndDynamic) {
    expect_frequencies({{"rope_parameters", {{"rope_type", "linear"}, {"factor", 4}}}}, kLinear);
    const Json dynamic = {{"rope_parameters", {{"rope_type", "dynamic"}, {"factor", 4}}}};
    expect_frequencies(dynamic, kDynamic, 1, 256, 300);
}

TEST(Rotary, ThetaOfTheEntryCountsMoreThanTheTopLevels) {
    EXPECT_EQ(read({{"rope_theta", 5e5}}).rope_theta, 5e5);
    EXPECT_EQ(read({{"rope_parameters", {{"rope_theta", 5e5}}}}).rope_theta, 5e5);
    const Json plain = {{"rope_type", "default"}, {"rope_theta", 1e6}};
    const LanguageConfig config = read({{"rope_theta", 5e5}, {"rope_parameters", plain}});
    EXPECT_EQ(config.rope_theta, 1e6);
    EXPECT_EQ(config.rope_scaling, LanguageConfig::RopeScaling::None);
    EXPECT_EQ(
        read({{"rope_theta", 5e5}, {"rope_parameters", {{"rope_type", "default"}}}}).rope_theta,
        5e5);
    EXPECT_EQ(read({{"rope_parameters", {{"rope_theta", nullptr}}}}).rope_theta, 1e4);
    for (const Json& nothing : {Json(nullptr), Json::object()})
        EXPECT_EQ(
            read({{"rope_theta", 5e5}, {"rope_parameters", nothing}, {"rope_scaling", nothing}})
                .rope_theta,
            5e5);
}

TEST(Rotary, WhatIsNotComputedIsRefusedByName) {
    const auto refused = [](const Json& changes, const std::string& name) {
        const std::string sentence = error_of([&] { read(changes); });
        EXPECT_NE(sentence.find(name), std::string::npos) << changes.dump() << ": " << sentence;
    };
    const Json list = {1.0, 2.0};
    refused({{"rope_parameters",
              {{"rope_type", "longrope"}, {"long_factor", list}, {"short_factor", list}}}},
            "rope_parameters.rope_type is \"longrope\"");
    refused({{"rope_scaling", {{"type", "su"}, {"factor", 2}}}}, "rope_scaling.type is \"su\"");
    refused({{"rope_scaling", {{"rope_type", "proportional"}}}}, "proportional");
    refused({{"rope_parameters", {{"factor", 4}}}}, "rope_parameters.rope_type is missing");
    refused({{"rope_parameters", {{"rope_type", "llama3"}, {"factor", 4}}}},
            "low_freq_factor is missing");
    refused({{"rope_parameters", {{"rope_type", "linear"}, {"type", "dynamic"}, {"factor", 4}}}},
            "rope_type");
    refused({{"rope_parameters", {{"rope_type", "default"}, {"partial_rotary_factor", 0.5}}}},
            "partial_rotary_factor");
    refused({{"partial_rotary_factor", 0.25}}, "partial_rotary_factor");
    refused({{"rope_parameters", {{"rope_type", "default"}, {"mrope_section", {2, 3, 3}}}}},
            "mrope_section");
    refused({{"rope_parameters", llama3()}, {"rope_scaling", {{"type", "linear"}, {"factor", 2}}}},
            "rope_parameters, which contradict it");
    refused({{"rope_parameters", {{"main", llama3()}, {"compress", {{"rope_type", "default"}}}}}},
            "one rotary setting for all layers");
    refused({{"layer_types", {"full_attention", "sliding_attention", "full_attention"}}},
            "layer_types");
    refused({{"rope_parameters", "linear"}}, "an object");
}

/// Inference and training turn queries and keys by the same angles.
TEST(Rotary, TrainingUsesTheSameAngles) {
    const c10::InferenceMode guard;
    LanguageConfig config = read({{"rope_parameters", llama3()}});
    const LanguageModel model = random_language(config);
    config.rope_scaling = LanguageConfig::RopeScaling::None;
    const LanguageModel plain = random_language(config);
    at::manual_seed(8);
    const at::Tensor embeds = at::randn({40, 64});
    KeyValueCache cache(model.config(), 64, {});
    const at::Tensor asked = model.forward(embeds, cache);
    const at::Tensor mask = at::ones({1, 40}, c10::kBool);
    EXPECT_LT(relative_error(model.forward_batch(embeds.unsqueeze(0), mask, false), asked), 1e-5);
    EXPECT_GT(relative_error(plain.forward_batch(embeds.unsqueeze(0), mask, false), asked), 1e-3);
}

}  // namespace
}  // namespace univi::model::test
