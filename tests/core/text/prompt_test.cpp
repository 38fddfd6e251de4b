// Rendered prompts and their ids against the golden records: every record, six ways of tokenizing.

#include <gtest/gtest.h>

#include <tuple>

#include "core/base/error.h"
#include "core/text/conversation_template.h"
#include "tests/core/text/golden_text.h"

namespace univi::text {
namespace {

/// "<image>\n<image><image>\nWhy?" as media {1, 2} and the question.
Turn turn_from(std::string message) {
    constexpr std::string_view kImage = "<image>";
    Turn turn;
    while (message.starts_with(kImage)) {
        turn.media.push_back(0);
        for (; message.starts_with(kImage); message.erase(0, kImage.size())) ++turn.media.back();
        EXPECT_TRUE(message.starts_with("\n")) << message;
        message.erase(0, 1);
    }
    turn.question = message;
    return turn;
}

std::vector<Turn> turns_from(const base::Json& messages) {
    std::vector<Turn> turns;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (i % 2 == 0)
            turns.push_back(turn_from(messages[i].get<std::string>()));
        else
            turns.back().answer = messages[i].get<std::string>();
    }
    return turns;
}

class GoldenPrompt : public testing::TestWithParam<std::tuple<int, std::string>> {};

TEST_P(GoldenPrompt, RendersAndTokenizesAsTheReference) {
    static const base::Json records = golden_json("prompts.json");
    ASSERT_EQ(records.size(), 12u);
    const auto& [index, kind] = GetParam();
    const base::Json& record = records.at(index);
    const Segments prompt = render_prompt(find_template(record.at("template").get<std::string>()),
                                          turns_from(record.at("turns")));
    EXPECT_EQ(to_string(prompt), record.at("prompt").get<std::string>());
    EXPECT_EQ(record.at("ids").size(), golden_kinds().size());
    EXPECT_EQ(golden_tokenizer(kind).encode(prompt), ids_of(record.at("ids").at(kind)));
}

INSTANTIATE_TEST_SUITE_P(All, GoldenPrompt,
                         testing::Combine(testing::Range(0, 12), testing::ValuesIn(golden_kinds())),
                         [](const auto& info) {
                             return std::get<1>(info.param) + "_" +
                                    std::to_string(std::get<0>(info.param));
                         });

TEST(GoldenGenerate, PromptsAndTextsAreTheReferences) {
    const Tokenizer tokenizer = Tokenizer::load(small_tokenizer_folder());
    EXPECT_FALSE(tokenizer.legacy());
    const base::Json records = golden_json("tinyA_generate.json");
    ASSERT_GT(records.size(), 5u);
    for (const base::Json& record : records) {
        const auto ids = ids_of(record.at("generated_ids"));
        EXPECT_EQ(tokenizer.decode(ids), record.at("text").get<std::string>()) << record.at("name");
    }
}

TEST(ConversationTemplate, UnknownNameListsTheKnownOnes) {
    try {
        find_template("v9");
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Usage);
        for (const std::string& name : template_names())
            EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << name;
    }
    EXPECT_EQ(&find_template("default"), &find_template("simple"));
    EXPECT_EQ(template_names().size(), 5u);
}

TEST(ConversationTemplate, StopStrings) {
    EXPECT_EQ(find_template("v1").stop_string(), "</s>");
    EXPECT_EQ(find_template("simple").stop_string(), "###");
    EXPECT_EQ(find_template("simpleqa").stop_string(), "###");
    EXPECT_EQ(find_template("plain").stop_string(), "\n");
    EXPECT_EQ(find_template("llama_2").stop_string(), "</s>");
}

TEST(ConversationTemplate, PlainAndLlama2Render) {
    EXPECT_EQ(to_string(render_prompt(find_template("plain"), {{{1}, "", std::nullopt}})),
              "<image>\n\n");
    const std::vector<Turn> turns = {{{2}, "Hi", "Hello"}, {{}, "Why?", std::nullopt}};
    EXPECT_EQ(to_string(render_prompt(find_template("llama_2"), turns, "Be kind.")),
              "[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\n<image><image>\nHi [/INST] Hello "
              "</s><s>[INST] Why? [/INST]");
}

TEST(ConversationTemplate, SystemTextIsReplaced) {
    EXPECT_EQ(to_string(render_prompt(find_template("v1"), {{{}, "Hi", std::nullopt}}, "Short.")),
              "Short. USER: Hi ASSISTANT:");
}

}  // namespace
}  // namespace univi::text
