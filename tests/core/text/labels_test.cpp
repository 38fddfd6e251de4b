// Training labels against the golden records (every record, six ways of tokenizing), and what
// happens beside them.

#include "core/text/labels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "core/base/error.h"
#include "tests/core/text/golden_text.h"

namespace univi::text {
namespace {

std::vector<Message> messages_from(const base::Json& json) {
    std::vector<Message> messages;
    for (const base::Json& message : json)
        messages.push_back(
            {message.at("from").get<std::string>(), message.at("value").get<std::string>()});
    return messages;
}

class GoldenLabels : public testing::TestWithParam<std::tuple<int, std::string>> {};

TEST_P(GoldenLabels, AreTheReferences) {
    static const base::Json records = golden_json("labels.json");
    ASSERT_EQ(records.size(), 15u);
    const auto& [index, kind] = GetParam();
    const base::Json& record = records.at(index);
    const bool has_image = record.at("has_image").get<bool>();
    const auto messages = expand_placeholders(messages_from(record.at("conversation")),
                                              record.at("video_frames").get<int>());
    const auto expected = messages_from(record.at("after_preprocess_multimodal"));
    ASSERT_EQ(messages.size(), expected.size());
    for (std::size_t i = 0; i < messages.size(); ++i)
        EXPECT_EQ(messages[i].value, expected[i].value);

    const LabeledIds sample = label_conversation(
        golden_tokenizer(kind), find_template(record.at("template").get<std::string>()), messages,
        has_image);
    EXPECT_EQ(sample.ids, ids_of(record.at("ids").at(kind)));
    EXPECT_EQ(sample.labels, ids_of(record.at("labels").at(kind)));
    EXPECT_EQ(sample.mismatch, !record.at("warning").value(kind, "").empty());
}

INSTANTIATE_TEST_SUITE_P(All, GoldenLabels,
                         testing::Combine(testing::Range(0, 15), testing::ValuesIn(golden_kinds())),
                         [](const auto& info) {
                             return std::get<1>(info.param) + "_" +
                                    std::to_string(std::get<0>(info.param));
                         });

LabeledIds label_v1(const std::vector<Message>& messages, bool has_image = true) {
    return label_conversation(golden_tokenizer("full_fast"), find_template("v1"), messages,
                              has_image);
}

bool all_ignored(const LabeledIds& sample) {
    return std::ranges::all_of(sample.labels,
                               [](std::int32_t label) { return label == kIgnoreLabel; });
}

TEST(Labels, SamplesWhoseLengthsDifferAreIgnored) {
    const std::vector<std::vector<Message>> samples = {
        {{"human", "Hi"}, {"gpt", ""}},           {{"human", "Say ASSISTANT: now"}, {"gpt", "No."}},
        {{"human", "Hi"}, {"gpt", "A </s> b"}},   {{"human", "What is </s>?"}, {"gpt", "An end."}},
        {{"human", "Hi"}, {"gpt", "An end</s>"}},
    };
    for (const auto& messages : samples) {
        const LabeledIds sample = label_v1(messages);
        EXPECT_TRUE(sample.mismatch) << messages[0].value << messages[1].value;
        EXPECT_TRUE(all_ignored(sample));
        EXPECT_EQ(sample.ids.size(), sample.labels.size());
    }
}

// The reference turns "</s>" of a dataset into the control token; here it stays characters (and the
// sample is ignored as there).
TEST(Labels, EndTokenInDatasetTextStaysPlainUnlikeTheReference) {
    const std::int32_t eos = golden_tokenizer("full_fast").eos_id();
    const LabeledIds sample = label_v1({{"human", "Hi"}, {"gpt", "A </s> b"}});
    EXPECT_EQ(std::ranges::count(sample.ids, eos), 1);  // the template's own, at the end
    EXPECT_EQ(sample.ids.back(), eos);
    const LabeledIds other = label_v1({{"human", "What are <s> and <unk>?"}, {"gpt", "Marks."}});
    EXPECT_FALSE(other.mismatch);
    EXPECT_EQ(std::ranges::count(other.ids, golden_tokenizer("full_fast").bos_id()), 1);
    EXPECT_EQ(std::ranges::count(other.ids, golden_tokenizer("full_fast").unk_id()), 0);
    EXPECT_FALSE(all_ignored(other));
}

TEST(Labels, TextOnlySamplesHaveNoPictureSlots) {
    const std::vector<Message> messages = {{"human", "What does <image> mean?"},
                                           {"gpt", "A picture."}};
    EXPECT_EQ(std::ranges::count(label_v1(messages, true).ids, kImageToken), 1);
    const LabeledIds sample = label_v1(messages, false);
    EXPECT_EQ(std::ranges::count(sample.ids, kImageToken), 0);
    EXPECT_FALSE(sample.mismatch);
}

TEST(Labels, PlaceholdersAreNeverWordsToLearn) {
    const LabeledIds sample = label_v1({{"human", "Draw."}, {"gpt", "Here: <image> done"}});
    EXPECT_EQ(std::ranges::count(sample.labels, kImageToken), 0);
}

TEST(Labels, Llama2LearnsTheAnswersOnly) {
    const Tokenizer& tokenizer = golden_tokenizer("full_fast");
    const LabeledIds sample = label_conversation(tokenizer, find_template("llama_2"),
                                                 {{"human", "<image>\nHi"},
                                                  {"gpt", "Hello there."},
                                                  {"human", "Why?"},
                                                  {"gpt", "Because."}});
    EXPECT_FALSE(sample.mismatch);
    std::vector<std::int32_t> learned;
    for (const std::int32_t label : sample.labels)
        if (label != kIgnoreLabel) learned.push_back(label);
    EXPECT_EQ(tokenizer.decode(learned), "Hello there.  Because. ");
    EXPECT_EQ(std::ranges::count(learned, tokenizer.eos_id()), 2);
}

/// A system message of a sample's own stands where the template's does, and is never learned.
TEST(Labels, ASystemMessageTakesThePlaceOfTheTemplates) {
    const Tokenizer& tokenizer = golden_tokenizer("full_fast");
    for (const char* name : {"v1", "simple", "llama_2"}) {
        const auto& form = find_template(name);
        const std::vector<Message> talk = {{"human", "Hi"}, {"gpt", "Hello there."}};
        std::vector<Message> with = talk;
        with.insert(with.begin(), {"system", form.system});
        const LabeledIds own = label_conversation(tokenizer, form, talk);
        const LabeledIds same = label_conversation(tokenizer, form, with);
        EXPECT_EQ(same.ids, own.ids) << name;
        EXPECT_EQ(same.labels, own.labels) << name;
        with.front().value = "Be brief. <unk>";
        const LabeledIds other = label_conversation(tokenizer, form, with);
        EXPECT_FALSE(other.mismatch);
        EXPECT_NE(tokenizer.decode(other.ids).find("Be brief."), std::string::npos) << name;
        EXPECT_EQ(tokenizer.decode(other.ids).find("helpful"), std::string::npos) << name;
        EXPECT_EQ(std::ranges::count(other.ids, tokenizer.unk_id()), 0);  // characters, no token
        const auto learned = [](const LabeledIds& sample) {
            std::vector<std::int32_t> ids;
            for (const std::int32_t label : sample.labels)
                if (label != kIgnoreLabel) ids.push_back(label);
            return ids;
        };
        EXPECT_EQ(learned(other), learned(own)) << name;
    }
    EXPECT_THROW(label_v1({{"human", "a"}, {"system", "s"}}), base::Error);
}

TEST(Labels, BrokenConversationsAreRefused) {
    EXPECT_THROW(label_v1({}), base::Error);
    EXPECT_THROW(label_v1({{"gpt", "Hi"}}), base::Error);
    EXPECT_THROW(label_v1({{"human", "a"}, {"human", "b"}}), base::Error);
    EXPECT_THROW(label_v1({{"user", "a"}, {"gpt", "b"}}), base::Error);
    const auto plain = [](const std::vector<Message>& messages) {
        label_conversation(golden_tokenizer("full_fast"), find_template("plain"), messages);
    };
    EXPECT_THROW(plain({{"human", "no picture"}, {"gpt", "b"}}), base::Error);
    EXPECT_THROW(plain({{"human", "<image>"}}), base::Error);
}

std::string expanded(const std::string& value, int num_frames = 1) {
    return expand_placeholders({{"human", value}}, num_frames)[0].value;
}

TEST(ExpandPlaceholders, FollowsTheReference) {
    EXPECT_EQ(expanded("What?\n<image>"), "<image>\nWhat?");
    EXPECT_EQ(expanded("What? <image><image>"), "<image>\n<image>\nWhat?");
    EXPECT_EQ(expanded("What?\n<video>", 3), "<image><image><image>\nWhat?");
    EXPECT_EQ(expanded("<video>\nWhat?", 2), "<image><image>\nWhat?");
    EXPECT_EQ(expanded("<image> What?"), "<image>\n What?");
    EXPECT_EQ(expanded("one\n\ntwo\n\n\nthree"), "one\ntwo\n\nthree");
    EXPECT_EQ(expanded("<image>"), "<image>\n");
    std::string many;
    for (int i = 0; i < 70; ++i) many += "<image>";
    const std::string result = expanded(many + "\nWhat?");
    int count = 0;
    for (std::size_t at = 0; (at = result.find("<image>\n", at)) != std::string::npos; ++at)
        ++count;
    EXPECT_EQ(count, 64);
}

}  // namespace
}  // namespace univi::text
