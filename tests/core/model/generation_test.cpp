// Golden: tinyA_generate.json, tinyA_generate.safetensors, lora_and_projector.safetensors.
#include "core/model/generation.h"

#include "core/model/prompt_lookup.h"
#include "core/model/sampling.h"
#include "tests/core/model/placed_prompt.h"
#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

using Ints = std::vector<std::int32_t>;

/// Features [T,N,C] of one medium -> visual tokens [n,D].
at::Tensor visual_tokens(const UniviModel& model, const at::Tensor& features) {
    return model.project(merge_frames(model.config().cluster, features).tokens);
}

/// Visual tokens of a golden input: pictures from their golden pixels, videos from their golden
/// features (the pixels of the long one are not all stored).
MediaTokens encode(const UniviModel& model, const std::string& name) {
    if (!name.ends_with(".mp4")) {
        const at::Tensor pixels =
            unit_pixels(GoldenFile("preprocess_224.safetensors")[name + "/default_u8"]);
        return {1, visual_tokens(model, model.features(pixels.unsqueeze(0)))};
    }
    // Fragile merging (visual_encoding_test says where): the golden tokens, so that what follows
    // is compared exactly.
    if (name == "slides_52s.mp4")
        return {52, GoldenFile("tinyA_tokens.safetensors")[name + "/visual_tokens"]};
    const at::Tensor features = GoldenFile("tinyA_features.safetensors")[name + "/features"];
    return {static_cast<int>(features.size(0)), visual_tokens(model, features)};
}

at::Tensor spliced_case(const UniviModel& model, const nlohmann::json& entry) {
    std::vector<MediaTokens> media;
    if (!entry["images"].is_null())
        for (const std::string name : entry["images"]) media.push_back(encode(model, name));
    return place_and_splice(model.language(), entry["input_ids"].get<Ints>(), media,
                            VisualOrder::Reference);
}

Ints greedy(const LanguageModel& language, const at::Tensor& embeds, int count) {
    base::SamplingOptions options;
    options.temperature = 0;
    options.max_new_tokens = count;
    KeyValueCache cache(language.config(), static_cast<int>(embeds.size(0)) + count,
                        language.placement());
    Ints ids;
    generate(language, {embeds, options}, cache, [&](const GeneratedToken& token) {
        ids.push_back(token.id);
        return false;
    });
    return ids;
}

/// Tokens up to the first step whose margin is below 1e-3 must agree; after such a step
/// rounding may decide.
std::size_t tokens_to_compare(const nlohmann::json& margins) {
    std::size_t safe = 0;
    while (safe < margins.size() && margins[safe].get<double>() >= 1e-3) ++safe;
    return safe;
}

TEST(GoldenGeneration, EmbeddingsLogitsAndGreedyTokens) {
    const c10::InferenceMode guard;
    const auto model = load_tiny("tinyA");
    const GoldenFile file("tinyA_generate.safetensors");
    double worst = 0;
    const auto cases = golden_json("tinyA_generate.json");
    ASSERT_EQ(cases.size(), 11u);
    for (const auto& entry : cases) {
        const std::string name = entry["name"];
        SCOPED_TRACE(name);
        const at::Tensor embeds = spliced_case(*model, entry);
        ASSERT_EQ(embeds.size(0), entry["spliced_length"].get<std::int64_t>());
        EXPECT_LT(relative_error(embeds.norm(2, at::IntArrayRef{1}),
                                 file[name + "/inputs_embeds_rownorm"]),
                  1e-4);
        if (file.has(name + "/inputs_embeds")) {
            EXPECT_LT(relative_error(embeds, file[name + "/inputs_embeds"]), 1e-4);
        }
        KeyValueCache cache(model->config().language, static_cast<int>(embeds.size(0)), {});
        const at::Tensor logits =
            model->language().logits(model->language().forward(embeds, cache));
        worst = std::max(worst, relative_error(logits[-1], file[name + "/logits_last"]));
        EXPECT_LT(relative_error(logits[-1], file[name + "/logits_last"]), 1e-4);
        if (file.has(name + "/logits_all")) {
            EXPECT_LT(relative_error(logits, file[name + "/logits_all"]), 1e-4);
        }
        const Ints expected = entry["generated_ids"].get<Ints>();
        Ints actual = greedy(model->language(), embeds, static_cast<int>(expected.size()));
        if (actual == expected) continue;
        const std::size_t compared = tokens_to_compare(entry["top2_margin"]);
        ASSERT_LT(compared, expected.size()) << "no small margin excuses a different token";
        std::printf("%s: compared %zu of %zu tokens (margin below 1e-3 after)\n", name.c_str(),
                    compared, expected.size());
        EXPECT_EQ(Ints(actual.begin(), actual.begin() + compared),
                  Ints(expected.begin(), expected.begin() + compared));
    }
    std::printf("logits_last: worst relative error %.1e\n", worst);
}

void expect_variant(const std::string& folder, const std::string& key) {
    const c10::InferenceMode guard;
    const auto model = load_tiny(folder, "tinyA-base");
    const GoldenFile file("lora_and_projector.safetensors");
    Ints ids;
    for (const auto& entry : golden_json("tinyA_generate.json"))
        if (entry["name"] == "image_simple") ids = entry["input_ids"].get<Ints>();
    for (const char* name : {"messi5.jpg", "HappyFish.jpg"}) {
        const std::string at = key + "/" + name + "/";
        SCOPED_TRACE(at);
        const at::Tensor embeds = place_and_splice(model->language(), ids, {encode(*model, name)},
                                                   VisualOrder::Interleaved);
        KeyValueCache cache(model->config().language, static_cast<int>(embeds.size(0)), {});
        const at::Tensor logits =
            model->language().logits(model->language().forward(embeds, cache));
        const double error = relative_error(logits[-1], file[at + "logits_last"]);
        std::printf("%slogits_last: relative error %.1e\n", at.c_str(), error);
        EXPECT_LT(error, 1e-4);
        EXPECT_TRUE(same_integers(at::tensor(greedy(model->language(), embeds, 32)),
                                  file[at + "generated_ids"]));
    }
}

TEST(GoldenGeneration, LoraOverItsBase) {
    expect_variant("tinyA-lora", "tinyA-lora");
}
TEST(GoldenGeneration, ProjectorOverItsBase) {
    expect_variant("tinyA-base-stage1", "tinyA-projector");
}

struct SmallRun {
    LanguageModel language = random_language(small_config());
    at::Tensor prompt;
    base::SamplingOptions options;
    SmallRun() {
        at::manual_seed(20);
        prompt = at::randn({5, 64});
        options.max_new_tokens = 12;
        options.temperature = 1;
    }
    Finish run(Ints& ids, int capacity = 64, const base::StopToken& stop = {},
               std::size_t stop_after = 1000) {
        KeyValueCache cache(language.config(), capacity, {});
        ids.clear();
        return generate(
            language, {prompt, options}, cache,
            [&](const GeneratedToken& token) {
                ids.push_back(token.id);
                return ids.size() >= stop_after;
            },
            stop);
    }
};

TEST(Generation, SameSeedSameTokens) {
    SmallRun run;
    Ints first, second, other;
    run.run(first);
    run.run(second);
    run.options.seed = 43;
    run.run(other);
    EXPECT_EQ(first, second);
    EXPECT_NE(first, other);
}

TEST(Generation, EndsForEveryReason) {
    SmallRun run;
    Ints ids;
    run.options.temperature = 0;
    EXPECT_EQ(run.run(ids, 64, {}, 3), Finish::Stop);
    EXPECT_EQ(ids.size(), 3u);
    const Ints free = ids;
    EXPECT_EQ(run.run(ids, 64), Finish::Length);
    EXPECT_EQ(ids.size(), 12u);
    EXPECT_EQ(run.run(ids, 7),
              Finish::Length);  // the cache holds the prompt and two tokens; a third needs no place
    EXPECT_EQ(ids.size(), 3u);
    base::StopSource source;
    source.request_stop();
    EXPECT_EQ(run.run(ids, 64, source.get_token()), Finish::Stopped);
    EXPECT_TRUE(ids.empty());
    LanguageConfig config = small_config();
    config.eos_token_id = free[1];
    run.language = random_language(config);
    EXPECT_EQ(run.run(ids), Finish::Stop);
    EXPECT_EQ(ids, Ints{free[0]});
}

TEST(Generation, StopTakesEffectWithinOneToken) {
    SmallRun run;
    base::StopSource source;
    KeyValueCache cache(run.language.config(), 64, {});
    int count = 0;
    const Finish finish = generate(
        run.language, {run.prompt, run.options}, cache,
        [&](const GeneratedToken&) {
            if (++count == 2) source.request_stop();
            return false;
        },
        source.get_token());
    EXPECT_EQ(finish, Finish::Stopped);
    EXPECT_EQ(count, 2);
}

TEST(Generation, AttentionAndProbabilityOfEachToken) {
    SmallRun run;
    run.options.temperature = 0;
    run.options.max_new_tokens = 3;
    KeyValueCache cache(run.language.config(), 64, {});
    std::int64_t length = 5;
    generate(run.language, {run.prompt, run.options, true}, cache,
             [&](const GeneratedToken& token) {
                 EXPECT_EQ(token.attention.numel(), length++);
                 EXPECT_NEAR(token.attention.sum().item<double>(), 1, 1e-5);
                 EXPECT_LT(token.log_probability, 0);
                 EXPECT_GE(token.log_probability,
                           -std::log(50.0));  // the best of 50 is at least as likely as the average
                 return false;
             });
}

TEST(PromptLookup, GuessesWhatFollowedTheLastTime) {
    const Ints context{1, 2, 3, 4, 9, 1, 2, 3, 5, 6, 7, 8, 1, 2, 3};
    EXPECT_EQ(PromptLookup(context, 3).guess(), (Ints{5, 6, 7}));
    EXPECT_EQ(PromptLookup(context, 2).guess(), (Ints{5, 6}));
    EXPECT_TRUE(PromptLookup(context, 0).guess().empty());
    EXPECT_TRUE(PromptLookup({}, 3).guess().empty());
    // Four tokens that match earlier win over two that match later.
    EXPECT_EQ(PromptLookup(Ints{1, 2, 3, 4, 50, 3, 4, 60, 1, 2, 3, 4}, 1).guess(), Ints{50});
    // A visual token is neither matched nor guessed.
    EXPECT_TRUE(PromptLookup(Ints{-1, -1, -1, -1, -1}, 3).guess().empty());
    EXPECT_EQ(PromptLookup(Ints{4, 5, 6, 9, -1, 7, 4, 5, 6}, 3).guess(), Ints{9});
    // Two tokens are no reason to guess.
    EXPECT_TRUE(PromptLookup(Ints{4, 5, 9, 8, 7, 4, 5}, 3).guess().empty());
    // One token over and over follows itself.
    EXPECT_EQ(PromptLookup(Ints{7, 7, 7, 7, 7, 7, 7, 7, 7}, 3).guess(), Ints{7});
}

TEST(PromptLookup, WaitsLongerAfterEveryMiss) {
    PromptLookup lookup(Ints{1, 2, 3, 9, 1, 2, 3}, 3);
    const auto waits = [&] {
        int count = 0;
        while (lookup.guess().empty()) ++count;
        return count;
    };
    EXPECT_EQ(waits(), 0);
    lookup.learn(0);
    EXPECT_EQ(waits(), 3);
    lookup.learn(0);
    EXPECT_EQ(waits(), 9);
    for (int i = 0; i < 5; ++i) lookup.learn(0);
    EXPECT_EQ(waits(), 15);
    lookup.learn(1);
    EXPECT_EQ(waits(), 0);
}

/// Everything that a reply is, and what it left in the cache.
struct Told {
    Ints ids;
    std::vector<double> probabilities;
    std::vector<at::Tensor> attention;
    Finish finish = Finish::Stop;
    at::Tensor keys;
};

Told tell(const LanguageModel& model, const Generation& generation, int capacity,
          std::size_t stop_after) {
    KeyValueCache cache(model.config(), capacity, model.placement());
    Told told;
    told.finish = generate(model, generation, cache, [&](const GeneratedToken& token) {
        told.ids.push_back(token.id);
        told.probabilities.push_back(token.log_probability);
        told.attention.push_back(token.attention);
        return told.ids.size() >= stop_after;
    });
    const at::Tensor none =
        at::zeros({model.config().num_kv_heads, 0, model.config().head_dim}, c10::kFloat);
    told.keys = cache.put(1, none, none).keys.clone();
    return told;
}

/// A decoder of random weights falls into circles, so guesses come true, and others do not.
TEST(Generation, GuessesChangeNothingButTime) {
    const c10::InferenceMode inference;
    const LanguageModel language = random_language(small_config());
    const Ints context{3, -1, 4, 5, 3, 4};
    for (const double temperature : {0.0, 0.3, 2.0})
        for (const int capacity : {64, 33, 7})
            for (const std::size_t stop_after : {1000, 11, 2})
                for (const int most : {50, 9, 1}) {
                    SmallRun run;
                    run.options.temperature = temperature;
                    run.options.max_new_tokens = most;
                    const Generation plain{run.prompt, run.options, true, context, 0};
                    const Told expected = tell(language, plain, capacity, stop_after);
                    for (const int guessed : {1, 2, 3, 9}) {
                        Generation guessing = plain;
                        guessing.guessed_tokens = guessed;
                        const Told told = tell(language, guessing, capacity, stop_after);
                        EXPECT_EQ(told.ids, expected.ids);
                        EXPECT_EQ(told.probabilities, expected.probabilities);
                        EXPECT_EQ(told.finish, expected.finish);
                        EXPECT_TRUE(at::equal(told.keys, expected.keys));
                        ASSERT_EQ(told.attention.size(), expected.attention.size());
                        for (std::size_t i = 0; i < told.attention.size(); ++i)
                            EXPECT_TRUE(at::equal(told.attention[i], expected.attention[i])) << i;
                    }
                }
}

TEST(Sampler, ProcessorsOfTransformers) {
    const std::vector<float> logits{1, 3, 2, -1, 0};
    base::SamplingOptions options;
    options.temperature = 0.5;
    options.top_k = 3;
    options.top_p = 1;
    auto list = Sampler(options).candidates(logits);
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].first, 1);
    EXPECT_EQ(list[2].first, 0);
    const double sum = std::exp(6.0) + std::exp(4.0) + std::exp(2.0);
    EXPECT_NEAR(list[1].second, std::exp(4.0) / sum, 1e-12);
    options.top_p = 0.9;  // exp(6)/sum is 0.867: the second is needed to reach 0.9
    list = Sampler(options).candidates(logits);
    ASSERT_EQ(list.size(), 2u);
    EXPECT_NEAR(list[0].second + list[1].second, 1, 1e-12);
    options.top_p = 0.8;
    EXPECT_EQ(Sampler(options).candidates(logits).size(), 1u);
}

TEST(Sampler, RepetitionPenalty) {
    base::SamplingOptions options;
    options.temperature = 0;
    options.repetition_penalty = 2;
    Sampler sampler(options);
    const std::vector<float> logits{1, 3, 2, -1, 0};
    double log_probability = 0;
    EXPECT_EQ(sampler.choose(logits, &log_probability), 1);
    EXPECT_EQ(sampler.choose(logits, &log_probability), 2);  // 3/2 < 2
    EXPECT_EQ(sampler.choose(logits, &log_probability), 1);  // 2/2 < 3/2
    const double sum = std::exp(1.) + std::exp(3.) + std::exp(2.) + std::exp(-1.) + 1;
    EXPECT_NEAR(log_probability, 3 - std::log(sum), 1e-6);  // of the unmodified distribution
}

TEST(Sampler, DrawsFollowTheDistribution) {
    const std::vector<float> logits{0, std::log(3.0f)};
    base::SamplingOptions options;
    options.temperature = 1;
    Sampler sampler(options);
    int ones = 0;
    for (int i = 0; i < 4000; ++i) ones += sampler.choose(logits, nullptr);
    EXPECT_NEAR(ones / 4000.0, 0.75, 0.03);
}

TEST(Sampler, WrongOptionsAreRefused) {
    base::SamplingOptions options;
    options.top_p = 0;
    EXPECT_FALSE(error_of([&] { Sampler{options}; }).empty());
    options.top_p = 1;
    options.temperature = -1;
    EXPECT_FALSE(error_of([&] { Sampler{options}; }).empty());
}

}  // namespace
}  // namespace univi::model::test
