// Golden: tinyA_generate.safetensors (logits_all of text_simple).
#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

at::Tensor to_ids(const nlohmann::json& ids) {
    return at::tensor(ids.get<std::vector<std::int64_t>>(), c10::kLong);
}

nlohmann::json generate_case(const std::string& name) {
    for (const auto& entry : golden_json("tinyA_generate.json"))
        if (entry["name"] == name) return entry;
    throw std::runtime_error("no golden case " + name);
}

at::Tensor whole(const LanguageModel& model, const at::Tensor& embeds) {
    KeyValueCache cache(model.config(), static_cast<int>(embeds.size(0)), model.placement());
    return model.forward(embeds, cache);
}

TEST(LanguageModel, LogitsAtEveryPosition) {
    const c10::InferenceMode guard;
    const auto model = load_tiny("tinyA");
    const LanguageModel& language = model->language();
    const at::Tensor embeds = language.embed(to_ids(generate_case("text_simple")["input_ids"]));
    const at::Tensor expected = GoldenFile("tinyA_generate.safetensors")["text_simple/logits_all"];
    const double error = relative_error(language.logits(whole(language, embeds)), expected);
    std::printf("logits: relative error %.1e\n", error);
    EXPECT_LT(error, 1e-4);
    const at::Tensor trained = language.forward_batch(
        embeds.unsqueeze(0), at::ones({1, embeds.size(0)}, c10::kBool), false);
    EXPECT_LT(relative_error(language.logits(trained), expected), 1e-4);
}

TEST(LanguageModel, StepByStepEqualsAtOnce) {
    const c10::InferenceMode guard;
    const LanguageModel model = random_language(small_config());
    at::manual_seed(5);
    const at::Tensor embeds = at::randn({20, 64});
    const at::Tensor expected = whole(model, embeds);
    KeyValueCache cache(model.config(), 24, model.placement());
    std::vector<at::Tensor> parts;
    for (const auto& [begin, count] : {std::pair{0, 7}, {7, 6}, {13, 1}, {14, 1}, {15, 5}})
        parts.push_back(model.forward(embeds.narrow(0, begin, count), cache));
    EXPECT_EQ(cache.length(), 20);
    EXPECT_LT(relative_error(at::cat(parts, 0), expected), 1e-5);
    cache.truncate(14);
    EXPECT_LT(
        relative_error(model.forward(embeds.narrow(0, 14, 6), cache), expected.narrow(0, 14, 6)),
        1e-5);
}

/// The attention of grouped heads written out: query head h reads key head h / (heads / heads_kv).
TEST(LanguageModel, GroupedHeadsEqualRepeatedOnes) {
    const c10::InferenceMode guard;
    WeightSource grouped_source = random_source(small_config(2));
    WeightSource full_source = random_source(small_config(2));
    for (int i = 0; i < 3; ++i)
        for (const char* name : {"k_proj", "v_proj"}) {
            const std::string key =
                "model.layers." + std::to_string(i) + ".self_attn." + name + ".weight";
            const at::Tensor heads = to_tensor(grouped_source.table().at(key)).view({2, 8, 64});
            full_source.override_tensor(key,
                                        to_view(heads.repeat_interleave(4, 0).reshape({64, 64})));
        }
    const LanguageModel grouped(small_config(2), grouped_source, {}),
        full(small_config(8), full_source, {});
    full_source.check_complete();
    at::manual_seed(6);
    const at::Tensor embeds = at::randn({9, 64});
    KeyValueCache a(grouped.config(), 10, {}), b(full.config(), 10, {});
    EXPECT_LT(relative_error(grouped.forward(embeds, a), full.forward(embeds, b)), 1e-5);
    const at::Tensor next = at::randn({1, 64});
    EXPECT_LT(relative_error(grouped.forward(next, a), full.forward(next, b)), 1e-5);
}

TEST(LanguageModel, AttentionOfTheLastPosition) {
    const c10::InferenceMode guard;
    const LanguageModel model = random_language(small_config());
    at::manual_seed(7);
    const at::Tensor embeds = at::randn({12, 64});
    KeyValueCache at_once(model.config(), 12, {}), stepped(model.config(), 12, {});
    at::Tensor prefill, decode;
    model.forward(embeds, at_once, &prefill);
    model.forward(embeds.narrow(0, 0, 11), stepped);
    model.forward(embeds.narrow(0, 11, 1), stepped, &decode);
    ASSERT_EQ(decode.numel(), 12);
    EXPECT_NEAR(decode.sum().item<double>(), 1.0, 1e-5);
    EXPECT_LT(relative_error(prefill, decode), 1e-5);
}

TEST(LanguageModel, FullCacheAndStrangeTokensAreRefused) {
    const LanguageModel model = random_language(small_config());
    KeyValueCache cache(model.config(), 4, {});
    EXPECT_NE(error_of([&] {
                  model.forward(at::zeros({5, 64}), cache);
              }).find("5 positions"),
              std::string::npos);
    EXPECT_EQ(cache.length(), 0);
    EXPECT_NE(error_of([&] {
                  model.embed(at::tensor({3, 50}, c10::kLong));
              }).find("token 50"),
              std::string::npos);
}

TEST(LanguageModel, StopLeavesTheCacheAsItWas) {
    const LanguageModel model = random_language(small_config());
    KeyValueCache cache(model.config(), 8, {});
    base::StopSource source;
    source.request_stop();
    EXPECT_FALSE(error_of([&] {
                     model.forward(at::zeros({2, 64}), cache, nullptr, source.get_token());
                 }).empty());
    EXPECT_EQ(cache.length(), 0);
}

/// A dynamic base only grows past the trained length; linear scaling halves every position.
TEST(LanguageModel, RotaryScaling) {
    const c10::InferenceMode guard;
    LanguageConfig plain = small_config(), dynamic = small_config(), linear = small_config();
    dynamic.rope_scaling = LanguageConfig::RopeScaling::Dynamic;
    linear.rope_scaling = LanguageConfig::RopeScaling::Linear;
    dynamic.rope_scaling_factor = linear.rope_scaling_factor = 2;
    at::manual_seed(8);
    const at::Tensor embeds = at::randn({70, 64});
    const auto run = [&](const LanguageConfig& config, int length) {
        return whole(random_language(config), embeds.narrow(0, 0, length));
    };
    EXPECT_TRUE(at::equal(run(plain, 64), run(dynamic, 64)));
    LanguageConfig grown = plain;
    grown.rope_theta = 10000 * std::pow(2 * 70.0 / 64 - 1, 8.0 / 6);
    EXPECT_LT(relative_error(run(dynamic, 70), run(grown, 70)), 1e-6);
    EXPECT_GT(relative_error(run(linear, 20), run(plain, 20)), 1e-3);
}

TEST(LanguageModel, TiedEmbeddings) {
    LanguageConfig config = small_config();
    config.tie_word_embeddings = true;
    const LanguageModel model = random_language(config);
    for (const auto& [name, tensor] : model.parameters()) EXPECT_NE(name, "lm_head.weight");
    const at::Tensor hidden = at::ones({1, 64});
    EXPECT_LT(
        relative_error(model.logits(hidden), at::linear(hidden, model.parameters().front().second)),
        1e-6);
}

/// Loss of a padded batch and the gradient of every parameter and of the input.
std::vector<at::Tensor> train_gradients(const LanguageModel& model, bool checkpoint) {
    at::manual_seed(9);
    at::Tensor embeds = at::randn({2, 10, 64}).requires_grad_(true);
    at::Tensor mask = at::ones({2, 10}, c10::kBool);
    mask[1].narrow(0, 6, 4).fill_(false);
    const at::Tensor labels = at::randint(0, 50, {2, 10}).masked_fill(mask.logical_not(), -100);
    const at::Tensor logits = model.logits(model.forward_batch(embeds, mask, checkpoint));
    at::cross_entropy_loss(logits.flatten(0, 1), labels.flatten(), {}, 1, -100).backward();
    std::vector<at::Tensor> gradients{embeds.grad()};
    for (const auto& [name, tensor] : model.parameters()) {
        gradients.push_back(tensor.grad().defined() ? tensor.grad().clone() : at::Tensor());
        at::Tensor(tensor).mutable_grad().reset();
    }
    return gradients;
}

class Training : public ::testing::TestWithParam<c10::ScalarType> {};

TEST_P(Training, CheckpointingGivesTheSameGradients) {
    PlacementOptions placement;
    placement.materialize = true;
    placement.compute_dtype = GetParam();
    const LanguageModel model = random_language(small_config(), placement);
    for (const auto& [name, tensor] : model.parameters())
        if (name != "model.embed_tokens.weight") at::Tensor(tensor).requires_grad_(true);
    const auto kept = train_gradients(model, false), recomputed = train_gradients(model, true);
    ASSERT_EQ(kept.size(), recomputed.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
        ASSERT_EQ(kept[i].defined(), recomputed[i].defined()) << i;
        if (!kept[i].defined()) continue;
        EXPECT_GT(kept[i].norm().item<double>(), 0) << i;
        EXPECT_TRUE(at::equal(kept[i], recomputed[i])) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Types, Training, ::testing::Values(c10::kFloat, c10::kBFloat16));

TEST(LanguageModel, CheckpointingWithFrozenWeights) {
    const LanguageModel model = random_language(small_config());
    const auto kept = train_gradients(model, false), recomputed = train_gradients(model, true);
    EXPECT_TRUE(at::equal(kept[0], recomputed[0]));
    for (std::size_t i = 1; i < kept.size(); ++i) EXPECT_FALSE(recomputed[i].defined());
}

/// Layers that are computed again belong to the graph too: backward needs no model.
TEST(LanguageModel, TheGraphOutlivesTheModel) {
    PlacementOptions placement;
    placement.materialize = true;
    placement.quantize = Quantization{Quantization::Kind::Int8, false};
    const at::Tensor mask = at::ones({1, 6}, c10::kBool);
    at::manual_seed(13);
    const at::Tensor values = at::randn({1, 6, 64});
    const auto gradient = [&](bool recompute, bool keep) {
        auto model = std::make_unique<LanguageModel>(random_language(small_config(), placement));
        const at::Tensor embeds = values.clone().requires_grad_(true);
        const at::Tensor loss = model->forward_batch(embeds, mask, recompute).square().sum();
        if (!keep) model.reset();
        loss.backward();
        return embeds.grad();
    };
    const at::Tensor expected = gradient(false, true);
    EXPECT_TRUE(at::equal(gradient(true, false), expected));
    EXPECT_TRUE(at::equal(gradient(false, false), expected));
}

/// Padding must not reach the valid positions; padding elsewhere than on the right is refused.
TEST(LanguageModel, PaddingOnTheRight) {
    const LanguageModel model = random_language(small_config());
    at::manual_seed(10);
    const at::Tensor embeds = at::randn({1, 8, 64});
    const at::Tensor mask = at::tensor({1, 1, 1, 1, 1, 0, 0, 0}).to(c10::kBool).unsqueeze(0);
    const at::Tensor padded = model.forward_batch(embeds, mask, false).narrow(1, 0, 5);
    EXPECT_LT(relative_error(padded, whole(model, embeds[0].narrow(0, 0, 5))), 1e-5);
    EXPECT_FALSE(error_of([&] { model.forward_batch(embeds, mask.flip(1), false); }).empty());
}

TEST(LanguageModel, HalfPrecisionStaysNear) {
    const c10::InferenceMode guard;
    const LanguageModel exact = random_language(small_config());
    at::manual_seed(12);
    const at::Tensor embeds = at::randn({6, 64});
    for (const auto type : {c10::kBFloat16, c10::kHalf}) {
        PlacementOptions placement;
        placement.compute_dtype = type;
        const LanguageModel model = random_language(small_config(), placement);
        EXPECT_LT(relative_error(whole(model, embeds), whole(exact, embeds)), 3e-2);
    }
}

}  // namespace
}  // namespace univi::model::test
