#include "core/model/model_config.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/support/scratch_folder.h"

namespace univi::model {
namespace {

using base::Json;
using test::ScratchFolder;
using ::testing::HasSubstr;

const std::filesystem::path kGolden = UNIVI_GOLDEN;

Json valid() {
    return {{"model_type", "llama"},  {"hidden_size", 128},       {"intermediate_size", 352},
            {"num_hidden_layers", 4}, {"num_attention_heads", 4}, {"vocab_size", 4000}};
}

ModelConfig read(const Json& json) {
    const ScratchFolder folder;
    test::write_bytes(folder / "config.json", json.dump());
    return read_model_config(folder.path());
}

TEST(ModelConfig, ReadsTheGoldenModel) {
    const ModelConfig config = read_model_config(kGolden / "models/tinyA");
    EXPECT_EQ(config.language.hidden_size, 128);
    EXPECT_EQ(config.language.intermediate_size, 352);
    EXPECT_EQ(config.language.num_layers, 4);
    EXPECT_EQ(config.language.head_dim, 32);
    EXPECT_EQ(config.language.num_kv_heads, 4);
    EXPECT_EQ(config.language.vocab_size, 4000);
    EXPECT_EQ(config.language.rms_norm_eps, 1e-6);
    EXPECT_EQ(config.language.rope_scaling, LanguageConfig::RopeScaling::None);
    EXPECT_EQ(config.vision_tower, "openai/clip-vit-tiny-patch14");
    EXPECT_EQ(config.mm_hidden_size, 64);
    EXPECT_EQ(config.select_layer, -2);
    EXPECT_TRUE(config.select_patch);
    EXPECT_FALSE(config.pad_to_square);
    EXPECT_TRUE(config.cluster.use_cluster);
    EXPECT_EQ(config.cluster.spatial_rate[2], 16);
    EXPECT_EQ(config.cluster.temporal_rate, 0.0625);
    EXPECT_EQ(config.torch_dtype, "float16");
    EXPECT_FALSE(config.vision.has_value());
    EXPECT_EQ(read_raw_config(kGolden / "models/tinyA").at("aarchitectures"),
              "LlavaLlamaForCausalLM");
    EXPECT_EQ(read_model_config(kGolden / "models/tinyA-base").vision_tower, "");
}

TEST(ModelConfig, ReadsVariants) {
    Json json = valid();
    json.update({{"num_key_value_heads", 2},
                 {"rope_theta", 5e5},
                 {"tie_word_embeddings", true},
                 {"rope_scaling", {{"type", "dynamic"}, {"factor", 2}}},
                 {"pad_token_id", -1},
                 {"eos_token_id", {7, 8}},
                 {"mm_projector_type", "mlp3x_gelu"},
                 {"image_aspect_ratio", "pad"},
                 {"config", {{"use_cluster", false}}},
                 {"mm_vision_tower", nullptr},
                 {"vision_config", {{"hidden_size", 48}, {"num_attention_heads", 3}}},
                 {"torch_dtype", "bfloat16"}});
    const ModelConfig config = read(json);
    EXPECT_EQ(config.language.num_kv_heads, 2);
    EXPECT_EQ(config.language.rope_scaling, LanguageConfig::RopeScaling::Dynamic);
    EXPECT_EQ(config.language.rope_scaling_factor, 2);
    EXPECT_EQ(config.language.pad_token_id, 0);
    EXPECT_EQ(config.language.eos_token_id, 7);
    EXPECT_TRUE(config.language.tie_word_embeddings && config.pad_to_square &&
                !config.cluster.use_cluster);
    EXPECT_EQ(config.projector_type, "mlp3x_gelu");
    ASSERT_TRUE(config.vision.has_value());
    EXPECT_EQ(config.vision->hidden_size, 48);
    EXPECT_EQ(config.vision->patch_size, 32);  // transformers' default
}

struct Refusal {
    const char* field;
    Json value;
    const char* expected;
};

class ModelConfigRefuses : public ::testing::TestWithParam<Refusal> {};

TEST_P(ModelConfigRefuses, NamingFileFieldValueAndExpectation) {
    Json json = valid();
    json[GetParam().field] = GetParam().value;
    try {
        read(json);
        FAIL() << "accepted " << json.dump();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Model);
        EXPECT_THAT(error.what(), HasSubstr("config.json: "));
        EXPECT_THAT(error.what(), HasSubstr(GetParam().expected));
        EXPECT_THAT(error.what(), HasSubstr(", expected "));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Values, ModelConfigRefuses,
    ::testing::Values(
        Refusal{"model_type", "qwen2", "model_type is \"qwen2\", expected ChatUniVi or llama"},
        Refusal{"model_type", nullptr, "model_type is missing"},
        Refusal{"hidden_size", 0, "hidden_size is 0"},
        Refusal{"hidden_size", (1 << 20) + 1, "from 1 to 1048576"},
        Refusal{"hidden_size", -5, "hidden_size is -5"},
        Refusal{"hidden_size", 1e30, "hidden_size is 1e+30"},
        Refusal{"hidden_size", "128", "hidden_size is \"128\""},
        Refusal{"hidden_size", UINT64_MAX, "18446744073709551615"},
        Refusal{"hidden_size", nullptr, "missing"},
        Refusal{"num_hidden_layers", 1001, "from 1 to 1000"},
        Refusal{"num_attention_heads", 5, "divisor of hidden_size 128"},
        Refusal{"num_attention_heads", 128, "even number"},
        Refusal{"num_key_value_heads", 3, "divisor of num_attention_heads 4"},
        Refusal{"vocab_size", (1 << 22) + 1, "from 1 to 4194304"},
        Refusal{"rope_theta", 0, "rope_theta is 0"},
        Refusal{"rope_theta", -1.5, "rope_theta is -1.5"}, Refusal{"rope_theta", "x", "a number"},
        Refusal{"rms_norm_eps", 2, "at most 1"},
        Refusal{"rope_scaling", Json{{"type", "longrope"}, {"factor", 2}}, "rope_scaling.type"},
        Refusal{"rope_scaling", Json{{"type", "linear"}}, "rope_scaling.factor is missing"},
        Refusal{"rope_scaling", Json{{"type", "linear"}, {"factor", 0.5}}, "from 1 to 1000"},
        Refusal{"rope_scaling", 3, "an object"}, Refusal{"hidden_act", "gelu", "expected silu"},
        Refusal{"attention_bias", true, "attention_bias"},
        Refusal{"mm_projector_type", "mlp0x_gelu", "mlpNx_gelu"},
        Refusal{"mm_projector_type", "mlp-1x_gelu", "mlpNx_gelu"},
        Refusal{"mm_projector_type", "qformer", "mlpNx_gelu"},
        Refusal{"mm_vision_tower", 5, "a text"},
        Refusal{"mm_vision_select_layer", 5000, "from -1000 to 1000"},
        Refusal{"image_aspect_ratio", "anyres", "square or pad"},
        Refusal{"torch_dtype", "int8", "torch_dtype"},
        Refusal{"eos_token_id", 4000, "from -1 to 3999"},
        Refusal{"config", Json{{"spatial_cluster_rate1", 0}}, "config.spatial_cluster_rate1"},
        Refusal{"config", Json{{"use_cluster", 1}}, "true or false"},
        Refusal{"vision_config", 3, "an object"},
        Refusal{"vision_config", Json{{"model_type", "siglip_vision_model"}},
                "vision_config.model_type"},
        Refusal{"vision_config", Json{{"num_attention_heads", 7}}, "divisor of hidden_size 768"},
        Refusal{"quantization_config", Json{{"quant_method", "gptq"}, {"bits", 4}},
                "quantization_config.quant_method"},
        Refusal{"quantization_config", Json{{"load_in_4bit", true}}, "quant_method is missing"},
        Refusal{"quantization_config", Json{{"quant_method", "univi"}, {"bits", 5}}, "4 or 8"},
        Refusal{"quantization_config",
                Json{{"quant_method", "univi"}, {"bits", 4}, {"group_size", 64}}, "group_size"},
        Refusal{"tie_word_embeddings", "no", "true or false"}));

TEST(ModelConfig, MissingOrBrokenFiles) {
    const ScratchFolder folder;
    EXPECT_THROW(read_model_config(folder.path()), base::Error);
    for (const std::string text : {"", "[]", "{", "3", "{\"model_type\":"}) {
        test::write_bytes(folder / "config.json", text);
        EXPECT_THROW(read_model_config(folder.path()), base::Error) << text;
    }
}

TEST(VisionConfig, ReadsBothLayoutsAndKnowsOpenAisTowers) {
    const VisionConfig tiny = read_vision_config(kGolden / "models/openai/clip-vit-tiny-patch14");
    EXPECT_EQ(tiny.hidden_size, 64);
    EXPECT_EQ(tiny.num_layers, 4);
    EXPECT_EQ(tiny.num_patches(), 256);
    const ScratchFolder folder;
    test::write_bytes(
        folder / "config.json",
        R"({"model_type":"clip","vision_config":{"hidden_size":1024,"num_attention_heads":16,
        "num_hidden_layers":24,"intermediate_size":4096,"patch_size":14,"image_size":336,"hidden_act":"gelu"}})");
    const VisionConfig large = read_vision_config(folder.path());
    EXPECT_EQ(large.num_patches(), 576);
    EXPECT_FALSE(large.quick_gelu);
    EXPECT_EQ(known_vision_config("openai/clip-vit-large-patch14-336")->num_patches(), 576);
    EXPECT_EQ(known_vision_config("clip-vit-base-patch16")->grid_size(), 14);
    EXPECT_EQ(known_vision_config("openai/clip-vit-large-patch14")->hidden_size, 1024);
    EXPECT_FALSE(known_vision_config("openai/other").has_value());
    for (const char* bad : {R"({"model_type":"clip"})", R"({"model_type":"bert"})",
                            R"({"model_type":"clip_vision_model","patch_size":500})",
                            R"({"model_type":"clip_vision_model","num_channels":1})"}) {
        test::write_bytes(folder / "config.json", bad);
        EXPECT_THROW(read_vision_config(folder.path()), base::Error) << bad;
    }
}

}  // namespace
}  // namespace univi::model
