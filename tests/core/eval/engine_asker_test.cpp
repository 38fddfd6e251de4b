// The evaluations' door to a loaded model: logits of the next token, words a reply begins with.

#include "core/eval/engine/engine_asker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/eval/engine/model_judge.h"

namespace univi::eval {
namespace {

const std::string kSamples = std::string(UNIVI_SOURCE_DIR) + "/resources/samples/";

session::Engine& demo() {
    static const std::unique_ptr<session::Engine> engine = [] {
        session::EngineOptions options;
        options.model = std::string(UNIVI_SOURCE_DIR) + "/resources/demo";
        options.device = "cpu";
        options.dtype = "fp32";
        options.threads = 1;
        return session::Engine::load(options);
    }();
    return *engine;
}

session::Question question(const std::string& picture, const std::string& text) {
    session::Question out;
    if (!picture.empty()) out.media = {kSamples + picture};
    out.text = text;
    out.options.temperature = 0;
    out.options.max_new_tokens = 12;
    return out;
}

std::size_t best(const std::vector<float>& logits) {
    return std::size_t(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

TEST(NextLogits, ChooseTheTokenThatAskChooses) {
    const auto conversation = demo().start_conversation();
    for (const char* text : {"Is there a banana in the image?", "What is this?", "How many?"}) {
        conversation->set_history({});
        const auto logits = conversation->next_logits(question("fruit.jpg", text));
        EXPECT_EQ(conversation->turns(), 0);
        const auto done = conversation->ask(question("fruit.jpg", text), {});
        ASSERT_FALSE(done.ids.empty());
        EXPECT_EQ(std::int32_t(best(logits)), done.ids.front());
    }
}

TEST(NextLogits, AReplyGoesOnFromItsBeginning) {
    const auto conversation = demo().start_conversation();
    std::vector<std::string> words;
    session::Observer observer;
    observer.on_token = [&](const auto& token) { words.push_back(token.text); };
    const auto whole =
        conversation->ask(question("street.jpg", "What is in this picture?"), observer);
    ASSERT_GE(words.size(), 4u);
    const std::string start = words[0] + words[1];
    conversation->set_history({});
    session::Question rest = question("street.jpg", "What is in this picture?");
    rest.reply_start = start;
    const auto ids = conversation->next_logits(rest);
    const auto done = conversation->ask(rest, {});
    ASSERT_FALSE(done.ids.empty());
    EXPECT_EQ(std::int32_t(best(ids)), done.ids.front());
    EXPECT_EQ(conversation->turns(), 1);
    // Control tokens in it stay plain characters: the prompt only grows longer.
    conversation->set_history({});
    rest.reply_start = "</s>";
    EXPECT_GT(conversation->ask(rest, {}).prompt_tokens, whole.prompt_tokens + 1);
}

TEST(NextLogits, TogetherAreTheSameAsOneByOne) {
    const auto conversation = demo().start_conversation();
    const std::vector<session::Question> questions{
        question("fruit.jpg", "Is there an apple in the image?"),
        question("sea.jpg", "Is there a dog in the image, or perhaps another animal that swims?"),
        question("", "Hello"), question("fruit.jpg", "Is there a bus in the image?")};
    const auto together = conversation->next_logits_together(questions);
    ASSERT_EQ(together.size(), questions.size());
    for (std::size_t i = 0; i < questions.size(); ++i) {
        const auto alone = conversation->next_logits(questions[i]);
        ASSERT_EQ(alone.size(), together[i].size());
        EXPECT_EQ(best(alone), best(together[i]));
        for (std::size_t v = 0; v < alone.size(); ++v)
            EXPECT_NEAR(alone[v], together[i][v], 1e-3 + 1e-4 * std::abs(alone[v]))
                << i << " " << v;
    }
    EXPECT_TRUE(conversation->next_logits_together({}).empty());
}

TEST(EngineAsker, CandidatesAreTheLastTokensOfTheirWords) {
    AskSettings settings;
    settings.conv = demo().info().default_template;
    settings.greedy();
    EngineAsker asker(demo(), settings);
    Ask ask;
    ask.medium = kSamples + "fruit.jpg";
    ask.text = "Is there an apple in the image?";
    const auto rows = asker.candidate_logits({ask}, {"yes", "Yes", "no", "No"}, {});
    ASSERT_EQ(rows.size(), 1u);
    const auto conversation = demo().start_conversation();
    session::Question same = question("fruit.jpg", ask.text);
    same.options.conv = settings.conv;
    const auto logits = conversation->next_logits(same);
    EXPECT_NEAR(rows[0][1], logits.at(std::size_t(demo().tokenize("Yes").back())), 1e-3);
    EXPECT_NEAR(rows[0][3], logits.at(std::size_t(demo().tokenize("No").back())), 1e-3);
}

TEST(EngineAsker, SaysWhatConcernsAnItemAlone) {
    AskSettings settings;
    settings.conv = "v1";
    EngineAsker asker(demo(), settings);
    Ask ask;
    ask.medium = "/nonexistent/a.jpg";
    ask.text = "What?";
    const auto kind = [&] {
        try {
            asker.reply(ask, {});
        } catch (const base::Error& error) {
            return error.kind();
        }
        return base::ErrorKind::Internal;
    };
    EXPECT_EQ(kind(), base::ErrorKind::File);
    ask.medium = std::string(UNIVI_SOURCE_DIR) + "/README.md";
    EXPECT_EQ(kind(), base::ErrorKind::Media);
    ask.medium.clear();
    for (int i = 0; i < 5000; ++i) ask.text += " word";
    EXPECT_EQ(kind(), base::ErrorKind::Context);
}

TEST(ModelJudge, AnswersInWordsAndHasAName) {
    ModelJudge judge(demo(), model_checksum(demo().info(), "", {}));
    const std::string first = judge.ask({"You judge.", "Is it right?", 0}, {});
    EXPECT_EQ(judge.ask({"You judge.", "Is it right?", 0}, {}), first);
    EXPECT_NE(judge.name().find("local model demo (SHA-256 "), std::string::npos);
    std::string endless;
    for (int i = 0; i < 5000; ++i) endless += "word ";
    EXPECT_NE(judge.ask({"You judge.", endless, 0}, {}).find("tokens"), std::string::npos);
}

}  // namespace
}  // namespace univi::eval
