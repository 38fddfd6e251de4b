// Replies and scores from a prompt and a cache alone, on the demo model.
#include "core/session/reply_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/model/splice.h"
#include "core/model/univi_model.h"
#include "core/session/loaded_model.h"
#include "core/session/next_token.h"
#include "core/session/reply_attention.h"

namespace univi::session {
namespace {

class ReplyDecoderTest : public testing::Test {
  protected:
    static const LoadedModel& loaded() {
        static const LoadedModel model = [] {
            const c10::InferenceMode inference;
            model::LoadOptions options;
            options.model = UNIVI_SOURCE_DIR "/resources/demo";
            return load_model(options);
        }();
        return model;
    }
    const model::LanguageModel& language() const { return loaded().model->language(); }

    BuiltPrompt prompt(const std::string& text) const {
        Question question;
        question.text = text;
        const PromptBuilder builder(*loaded().tokenizer, {"v1", {}, 2048});
        return builder.build({}, question, {});
    }
    at::Tensor embeds(const BuiltPrompt& prompt) const {
        return model::splice(language(), prompt.ids, prompt.slots, {});
    }
    protocol::DoneEvent reply(PromptCache& cache, const BuiltPrompt& prompt,
                              const Observer& observer = {}) const {
        ReplyDecoder::Options options;
        options.sampling.temperature = 0;
        options.sampling.max_new_tokens = 8;
        return ReplyDecoder(language(), *loaded().tokenizer, cache)
            .decode(prompt, embeds(prompt), options, observer, {});
    }

    const c10::InferenceMode inference_;
};

TEST_F(ReplyDecoderTest, ConversationsWithCachesOfTheirOwnDoNotDisturbEachOther) {
    const auto one = prompt("What is a bus?"), other = prompt("Tell me about the sea.");
    PromptCache alone(language()), first(language()), second(language());
    const auto expected = reply(alone, one);
    EXPECT_EQ(reply(first, one).ids, expected.ids);
    reply(second, other);
    int reused = 0;
    Observer observer;
    observer.on_prompt = [&](const auto& event) { reused = event.reused_tokens; };
    EXPECT_EQ(reply(first, one, observer).ids, expected.ids);
    EXPECT_EQ(reused, static_cast<int>(one.tags.size()) - 1) << "the first cache was kept";
}

/// Long enough that more than the system's text is lost when another chat takes the cache.
std::string long_question(const std::string& about) {
    std::string text;
    for (int i = 0; i < 30; ++i) text += "Tell me about the " + about + ". ";
    return text;
}

TEST_F(ReplyDecoderTest, ChatsThatTakeTurnsKeepTheirs) {
    const BuiltPrompt chats[] = {prompt(long_question("sea")), prompt(long_question("bus")),
                                 prompt(long_question("cup"))};
    int reused = 0;
    Observer observer;
    observer.on_prompt = [&](const auto& event) { reused = event.reused_tokens; };
    std::vector<std::vector<std::int32_t>> expected;
    for (const BuiltPrompt& each : chats) {
        PromptCache alone(language());
        expected.push_back(reply(alone, each).ids);
    }
    const auto whole = [&](int chat) { return static_cast<int>(chats[chat].tags.size()) - 1; };

    PromptCache one(language(), 1), two(language(), 2);
    for (PromptCache* cache : {&one, &two}) {
        for (const int chat : {0, 1}) {
            EXPECT_EQ(reply(*cache, chats[chat], observer).ids, expected[chat]);
            EXPECT_LT(reused, whole(chat) / 2);
        }
    }
    EXPECT_EQ(reply(one, chats[0], observer).ids, expected[0]);
    EXPECT_LT(reused, whole(0) / 2) << "one sequence is kept";
    for (const int chat : {0, 1, 0}) {
        EXPECT_EQ(reply(two, chats[chat], observer).ids, expected[chat]);
        EXPECT_EQ(reused, whole(chat));
    }
    // The third takes the place of the one that was unused longest.
    EXPECT_EQ(reply(two, chats[2], observer).ids, expected[2]);
    EXPECT_EQ(reply(two, chats[0], observer).ids, expected[0]);
    EXPECT_EQ(reused, whole(0));
    EXPECT_EQ(reply(two, chats[1], observer).ids, expected[1]);
    EXPECT_LT(reused, whole(1) / 2);
}

TEST_F(ReplyDecoderTest, ARedoneReplyTakesNoSecondSequence) {
    const auto asked = prompt(long_question("sea"));
    PromptCache cache(language(), 2);
    reply(cache, asked);
    const model::KeyValueCache* first = &cache.cache();
    reply(cache, asked);
    EXPECT_EQ(&cache.cache(), first);
}

TEST_F(ReplyDecoderTest, AFailureLeavesTheCacheAsItWasShared) {
    const auto asked = prompt("What is a bus?");
    PromptCache cache(language());
    Observer failing;
    failing.on_token = [](const auto&) { throw std::runtime_error("the reader is gone"); };
    EXPECT_THROW(reply(cache, asked, failing), std::runtime_error);
    EXPECT_EQ(cache.cache().length(), 0);
    PromptCache fresh(language());
    EXPECT_EQ(reply(cache, asked).ids, reply(fresh, asked).ids);
}

TEST_F(ReplyDecoderTest, TheNextTokensScoresAreThoseItIsChosenBy) {
    const auto asked = prompt("What is a bus?");
    PromptCache cache(language());
    const auto scores = next_token_logits(language(), cache, asked.tags, embeds(asked));
    EXPECT_EQ(cache.cache().length(), static_cast<int>(asked.tags.size()));
    const auto best = std::ranges::max_element(scores) - scores.begin();
    EXPECT_EQ(reply(cache, asked).ids.front(), best);
}

/// A prompt with 40 words of which the first 8 after BOS play a picture's tokens.
BuiltPrompt with_picture(BuiltPrompt prompt) {
    prompt.positions = {{1, 2, 3, 4, 5, 6, 7, 8}};
    return prompt;
}

class LookAgainTest : public ReplyDecoderTest {
  protected:
    struct Told {
        std::vector<protocol::TokenEvent> tokens;
        protocol::AttentionEvent end;
    };
    Told look(const std::vector<std::int32_t>& ids, const protocol::AttentionChoice& choice,
              PromptCache& cache) const {
        Told told;
        Observer observer;
        observer.on_token = [&](const auto& token) { told.tokens.push_back(token); };
        const at::Tensor embedded = embeds(prompt_);
        told.end = reply_attention({language(), *loaded().tokenizer, cache},
                                   {prompt_, embedded, ids}, choice, observer, {});
        return told;
    }
    Told look(const protocol::AttentionChoice& choice) const {
        PromptCache cache(language());
        return look(made_.ids, choice, cache);
    }
    /// The largest difference of two tellings.
    static float difference(const Told& one, const Told& other) {
        float most = 0;
        for (std::size_t i = 0; i < one.tokens.size(); ++i)
            for (std::size_t v = 0; v < 8; ++v)
                most = std::max(most, std::abs(one.tokens[i].attention.at(0)[v] -
                                               other.tokens.at(i).attention.at(0)[v]));
        return most;
    }

    void SetUp() override {
        Observer observer;
        observer.on_token = [&](const auto& token) { live_.tokens.push_back(token); };
        ReplyDecoder::Options options;
        options.sampling.temperature = 0;
        options.sampling.max_new_tokens = 60;  // more than one stretch
        options.with_attention = true;
        PromptCache cache(language());
        made_ = ReplyDecoder(language(), *loaded().tokenizer, cache)
                    .decode(prompt_, embeds(prompt_), options, observer, {});
        ASSERT_GE(made_.ids.size(), 5U);
    }

    BuiltPrompt prompt_ = with_picture(prompt(long_question("bus")));
    protocol::DoneEvent made_;
    Told live_;
};

TEST_F(LookAgainTest, TheMeanIsWhatWasReportedWhileTheReplyWasMade) {
    const Told again = look({});
    ASSERT_EQ(again.tokens.size(), live_.tokens.size());
    for (std::size_t i = 0; i < again.tokens.size(); ++i) {
        EXPECT_EQ(again.tokens[i].text, live_.tokens[i].text);
        EXPECT_EQ(again.tokens[i].token, live_.tokens[i].token);
    }
    EXPECT_LT(difference(again, live_), 1e-4F);
}

TEST_F(LookAgainTest, TheMeanIsTheMeanOverTheLayersAndHeads) {
    const Told mean = look({});
    const int layers = language().config().num_layers, heads = language().config().num_heads;
    std::vector<double> by_layer(8), by_head(8);
    const auto add = [&](const protocol::AttentionChoice& choice, int of,
                         std::vector<double>& sums) {
        const Told told = look(choice);
        for (std::size_t v = 0; v < 8; ++v) sums[v] += told.tokens[2].attention.at(0)[v] / of;
    };
    for (int layer = 0; layer < layers; ++layer) add({layer, {}}, layers, by_layer);
    for (int head = 0; head < heads; ++head) add({{}, head}, heads, by_head);
    for (std::size_t v = 0; v < 8; ++v) {
        EXPECT_NEAR(by_layer[v], mean.tokens[2].attention.at(0)[v], 1e-5);
        EXPECT_NEAR(by_head[v], mean.tokens[2].attention.at(0)[v], 1e-5);
    }
    EXPECT_GT(difference(look({0, 0}), look({layers - 1, heads - 1})), 1e-4F);
}

TEST_F(LookAgainTest, WhatTheCacheHoldsOfItChangesNothingAndStaysUsable) {
    PromptCache cache(language());
    const Told first = look(made_.ids, {1, {}}, cache);
    EXPECT_EQ(cache.cache().length(), static_cast<int>(prompt_.tags.size() + made_.ids.size()) - 1);
    EXPECT_LT(difference(look(made_.ids, {1, {}}, cache), first), 1e-5F);
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(8, made_.ids.size()));
    EXPECT_EQ(reply(cache, prompt_).ids,
              std::vector<std::int32_t>(made_.ids.begin(), made_.ids.begin() + count));
}

TEST_F(LookAgainTest, ALayerOrHeadThatTheModelDoesNotHaveIsRefused) {
    PromptCache cache(language());
    for (const protocol::AttentionChoice& wrong :
         {protocol::AttentionChoice{1000, {}}, protocol::AttentionChoice{{}, 1000},
          protocol::AttentionChoice{-1, {}}}) {
        try {
            look(made_.ids, wrong, cache);
            FAIL() << "nothing was thrown";
        } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), base::ErrorKind::Usage);
        }
    }
    EXPECT_EQ(look({}, {}, cache).tokens.size(), 0U);
}

TEST_F(LookAgainTest, SinksAreNamedByTheirTokenOrTheirPlaceInThePicture) {
    const Told again = look({});
    for (const auto& sink : again.end.sinks) {
        EXPECT_GE(sink.share, 0.02);
        EXPECT_EQ(sink.medium < 0, sink.visual < 0);
        EXPECT_NE(sink.text.empty(), sink.medium < 0);
    }
    EXPECT_TRUE(std::ranges::is_sorted(again.end.sinks, std::ranges::greater{},
                                       &protocol::AttentionSink::share));
}

TEST_F(ReplyDecoderTest, PromptsThatAreScoredTogetherScoreAsAlone) {
    const auto one = prompt("What is a bus?"), other = prompt("Tell me about the sea, please.");
    const auto together = next_token_logits_together(language(), {embeds(one), embeds(other)});
    ASSERT_EQ(together.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        PromptCache cache(language());
        const auto& asked = i == 0 ? one : other;
        const auto alone = next_token_logits(language(), cache, asked.tags, embeds(asked));
        ASSERT_EQ(together[i].size(), alone.size());
        for (std::size_t v = 0; v < alone.size(); ++v) ASSERT_NEAR(together[i][v], alone[v], 1e-3);
    }
    EXPECT_TRUE(next_token_logits_together(language(), {}).empty());
}

}  // namespace
}  // namespace univi::session
