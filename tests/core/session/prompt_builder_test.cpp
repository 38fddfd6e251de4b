#include "core/session/prompt_builder.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/base/error.h"

namespace univi::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Turns = std::vector<protocol::PastTurn>;

class PromptBuilderTest : public testing::Test {
  protected:
    PromptBuilder builder(model::VisualOrder order = model::VisualOrder::Interleaved,
                          int capacity = 1000) const {
        return {tokenizer_, {"v1", order, capacity}};
    }
    static Question question(const std::string& text, const std::vector<std::string>& media = {}) {
        Question out;
        out.text = text;
        out.media = media;
        return out;
    }
    std::string error_of(const PromptBuilder& builder, const Turns& turns, const Question& asked,
                         const std::vector<PromptMedium>& media) const {
        try {
            builder.build(turns, asked, media);
        } catch (const base::Error& error) {
            return error.what();
        }
        return {};
    }
    text::Tokenizer tokenizer_ = text::Tokenizer::load(UNIVI_SOURCE_DIR "/resources/demo");
};

TEST_F(PromptBuilderTest, EveryPositionHasItsTagAndEveryMediumItsPositions) {
    const Turns turns{{{"a.jpg"}, "What is it?", "A cat."}};
    const auto prompt =
        builder().build(turns, question("And this?", {"b.jpg"}), {{1, 3, 7}, {1, 2, 9}});
    EXPECT_EQ(prompt.visual_tokens, 5);
    EXPECT_EQ(prompt.tags.size(), prompt.slots.size());
    EXPECT_EQ(prompt.slots.size(), prompt.ids.size() + 5 - 2);
    ASSERT_EQ(prompt.positions.size(), 2U);
    const int first = prompt.positions[0].front(), second = prompt.positions[1].front();
    EXPECT_THAT(prompt.positions[0], ElementsAre(first, first + 1, first + 2));
    EXPECT_THAT(prompt.positions[1], ElementsAre(second, second + 1));
    EXPECT_GT(second, first + 2);
    EXPECT_EQ(prompt.tags.at(static_cast<std::size_t>(first) + 1), visual_tag(7, 1));
    EXPECT_EQ(prompt.tags.at(static_cast<std::size_t>(second)), visual_tag(9, 0));
    EXPECT_EQ(prompt.tags.front(), token_tag(tokenizer_.bos_id()));
}

TEST_F(PromptBuilderTest, TokensThatAreLeftOutHaveNoPosition) {
    const auto whole = builder().build({}, question("What is it?", {"a.jpg"}), {{1, 4, 7}});
    const auto prompt =
        builder().build({}, question("What is it?", {"a.jpg"}), {{1, 4, 7, {0, 2}}});
    EXPECT_EQ(prompt.visual_tokens, 2);
    EXPECT_EQ(prompt.tags.size(), whole.tags.size() - 2);
    const int first = whole.positions[0].front();
    EXPECT_THAT(prompt.positions[0], ElementsAre(first, first + 1));
    // A token keeps its tag, so that what comes before the first gap is shared.
    EXPECT_EQ(prompt.tags.at(static_cast<std::size_t>(first)), visual_tag(7, 1));
    EXPECT_EQ(prompt.tags.at(static_cast<std::size_t>(first) + 1), visual_tag(7, 3));
    EXPECT_EQ(prompt.tags.back(), whole.tags.back());
}

TEST_F(PromptBuilderTest, AFollowUpBeginsWithTheWholePromptBefore) {
    const auto first = builder().build({}, question("What is it?", {"a.jpg"}), {{1, 3, 7}});
    const auto next =
        builder().build({{{"a.jpg"}, "What is it?", "A cat."}}, question("Why?"), {{1, 3, 7}});
    ASSERT_GT(next.tags.size(), first.tags.size());
    EXPECT_TRUE(std::equal(first.tags.begin(), first.tags.end(), next.tags.begin()));
}

TEST_F(PromptBuilderTest, ReferenceOrderDropsTheTextBetweenMedia) {
    const Turns turns{{{"a.jpg"}, "What is it?", "A cat."}};
    const auto asked = question("And this?", {"b.jpg"});
    const std::vector<PromptMedium> media{{1, 3, 7}, {1, 2, 9}};
    const auto reference = builder(model::VisualOrder::Reference).build(turns, asked, media);
    const auto interleaved = builder().build(turns, asked, media);
    EXPECT_EQ(reference.ids, interleaved.ids);
    EXPECT_EQ(reference.visual_tokens, 5);
    EXPECT_NE(reference.tags, interleaved.tags);
}

TEST_F(PromptBuilderTest, NoNameAndDefaultMeanTheModelsTemplate) {
    auto asked = question("Why?");
    asked.options.conv = "";
    EXPECT_EQ(builder().build({}, asked, {}).conversation_template->name, "v1");
    asked.options.conv = "default";
    EXPECT_EQ(builder().build({}, asked, {}).conversation_template->name, "v1");
    asked.options.conv = "simple";
    EXPECT_EQ(builder().build({}, asked, {}).conversation_template->name, "simple");
    asked.options.conv = "nix";
    EXPECT_NE(error_of(builder(), {}, asked, {}), "");
}

TEST_F(PromptBuilderTest, AReplysFirstWordsEndThePrompt) {
    auto asked = question("Why?");
    const auto plain = builder().build({}, asked, {});
    asked.reply_start = " Because";
    const auto started = builder().build({}, asked, {});
    ASSERT_GT(started.ids.size(), plain.ids.size());
    EXPECT_THAT(tokenizer_.decode(started.ids), testing::EndsWith("Because"));
}

TEST_F(PromptBuilderTest, WordsAreCountedWithoutPlaceholders) {
    const auto asked = question("What is it?", {"a.jpg"});
    const auto prompt = builder().build({}, asked, {{1, 3, 7}});
    EXPECT_EQ(builder().count_words({}, asked), static_cast<std::int64_t>(prompt.ids.size()) - 1);
}

TEST_F(PromptBuilderTest, APromptThatLeavesNoRoomSaysWhatToDrop) {
    const auto asked = question("What is it?", {"a.jpg"});
    const int length = static_cast<int>(builder().build({}, asked, {{1, 112, 7}}).slots.size());
    EXPECT_EQ(error_of(builder({}, length + 1), {}, asked, {{1, 112, 7}}), "");
    const std::string error = error_of(builder({}, length), {}, asked, {{1, 112, 7}});
    EXPECT_THAT(error, HasSubstr("needs " + std::to_string(length + 1) +
                                 " tokens but the model holds " + std::to_string(length)));
    EXPECT_THAT(error, HasSubstr("remove a picture or video (112 tokens), or shorten"));
    const Turns turns{{{}, "Why?", "So."}};
    EXPECT_THAT(error_of(builder({}, length), turns, asked, {{1, 112, 7}}),
                HasSubstr("start a new conversation or remove"));
    EXPECT_THROW(builder({}, 3).check_text_length({}, asked), base::Error);
    EXPECT_NO_THROW(builder({}, length).check_text_length({}, asked));
}

}  // namespace
}  // namespace univi::session
