#include "core/text/stop_rule.h"

#include <gtest/gtest.h>

#include "tests/core/text/golden_text.h"

namespace univi::text {
namespace {

TEST(GoldenStopRule, FiresAfterTheSameToken) {
    const Tokenizer& tokenizer = golden_tokenizer("small_fast");
    const base::Json records = golden_json("stop_rule.json");
    ASSERT_EQ(records.size(), 20u);
    for (const base::Json& record : records) {
        ASSERT_TRUE(record.at("error").is_null());
        const std::string keyword = record.at("keyword").get<std::string>();
        const auto ids = ids_of(record.at("generated_ids"));
        StopRule rule(keyword, tokenizer.control_id(keyword));
        StreamDecoder decoder(tokenizer);
        std::string shown;
        base::Json fired;  // null
        for (std::size_t i = 0; i < ids.size() && fired.is_null(); ++i) {
            shown += rule.push(ids[i], decoder.push(ids[i]));
            if (rule.stopped()) fired = i + 1;
        }
        if (!rule.stopped()) shown += rule.finish(decoder.finish());
        EXPECT_EQ(fired, record.at("stops_after")) << record.dump();
        EXPECT_EQ(shown.find(keyword), std::string::npos) << shown;
        const std::string whole = tokenizer.decode(ids);
        EXPECT_EQ(shown, whole.substr(0, whole.find(keyword)));
    }
}

/// What is shown of texts pushed one after the other, "|" between pushes.
std::string shown(StopRule& rule, const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += rule.push(5, text) + "|";
    return all;
}

TEST(StopRule, HoldsBackWhatCouldBeTheBeginning) {
    StopRule rule("###");
    EXPECT_EQ(shown(rule, {"a #", "#", " b#", "##", "c"}), "a ||## b|||");
    EXPECT_TRUE(rule.stopped());
    EXPECT_EQ(rule.finish("d"), "");
}

TEST(StopRule, FinishShowsWhatWasHeldBack) {
    StopRule rule("###");
    EXPECT_EQ(shown(rule, {"a##"}), "a|");
    EXPECT_EQ(rule.finish("!"), "##!");
    EXPECT_FALSE(rule.stopped());
}

TEST(StopRule, FindsAStringInsideOnePiece) {
    StopRule rule("###");
    EXPECT_EQ(shown(rule, {"done ### Human"}), "done |");
    EXPECT_TRUE(rule.stopped());
}

TEST(StopRule, OverlappingBeginningsAreFollowed) {
    StopRule rule("aab");
    EXPECT_EQ(shown(rule, {"a", "a", "a", "b"}), "||a||");
    EXPECT_TRUE(rule.stopped());
}

TEST(StopRule, TemplatesBringTheirOwn) {
    const Tokenizer& tokenizer = golden_tokenizer("full_fast");
    StopRule v1(tokenizer, find_template("v1"));
    EXPECT_EQ(v1.push(5, "Hi <"), "Hi ");
    EXPECT_EQ(v1.push(tokenizer.eos_id(), ""), "<");  // the token ends the reply, "<" was only text
    EXPECT_TRUE(v1.stopped());
    StopRule spelled(tokenizer, find_template("v1"));
    EXPECT_EQ(shown(spelled, {"Hi</", "s", ">"}), "Hi|||");
    EXPECT_TRUE(spelled.stopped());
    StopRule simple(tokenizer, find_template("simple"));
    EXPECT_EQ(simple.push(tokenizer.eos_id(), ""), "");
    EXPECT_FALSE(simple.stopped());  // ending on EOS is the generator's business
}

TEST(StopRule, AnEmptyStringNeverFires) {
    StopRule rule("");
    EXPECT_EQ(shown(rule, {"a", "", "b"}), "a||b|");
    EXPECT_FALSE(rule.stopped());
}

}  // namespace
}  // namespace univi::text
