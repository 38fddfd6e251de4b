#include "core/session/reply_text.h"

#include <gtest/gtest.h>

#include "tests/core/session/golden_cases.h"

namespace univi::test {
namespace {

class ReplyTextTest : public testing::Test {
  protected:
    /// Pieces shown for the tokens of `text`, and the whole.
    std::string feed(session::ReplyText& reply, const std::string& text, bool finish = true) {
        std::string shown;
        for (const auto id : tokenizer_.encode_text(text, false)) {
            if (reply.stopped()) break;
            shown += reply.push(id);
            EXPECT_EQ(shown, reply.text());
        }
        if (finish && !reply.stopped()) shown += reply.finish();
        EXPECT_EQ(shown, reply.text());
        return shown;
    }
    const text::Tokenizer tokenizer_ = text::Tokenizer::load(golden_file("models/tinyA"));
    const text::ConversationTemplate& simple_ = text::find_template("simple");
};

TEST_F(ReplyTextTest, EndsAtTheStopStringAndHidesIt) {
    session::ReplyText reply(tokenizer_, simple_);
    EXPECT_EQ(feed(reply, "A cat and a dog.###Human: more"), "A cat and a dog.");
    EXPECT_TRUE(reply.stopped());
}

TEST_F(ReplyTextTest, DropsBlanksAroundTheReply) {
    session::ReplyText reply(tokenizer_, simple_);
    EXPECT_EQ(feed(reply, "  \n A cat.  \n\n ###"), "A cat.");
}

TEST_F(ReplyTextTest, KeepsBlanksInside) {
    session::ReplyText reply(tokenizer_, simple_);
    EXPECT_EQ(feed(reply, "One  two\n\n three"), "One  two\n\n three");
    EXPECT_FALSE(reply.stopped());
}

TEST_F(ReplyTextTest, ShowsABeginningOfTheStopStringThatWasNone) {
    session::ReplyText reply(tokenizer_, simple_);
    EXPECT_EQ(feed(reply, "## Title #2"), "## Title #2");
}

TEST_F(ReplyTextTest, NeverShowsHalfACharacter) {
    session::ReplyText reply(tokenizer_, simple_);
    std::string shown;
    for (const auto id :
         tokenizer_.encode_text("a\xF0\x9F\x8C\xA7z", false)) {  // one emoji of four byte tokens
        const std::string piece = reply.push(id);
        EXPECT_NE(piece, "\xF0");
        shown += piece;
    }
    EXPECT_EQ(shown + reply.finish(), "a\xF0\x9F\x8C\xA7z");
}

TEST_F(ReplyTextTest, OfNothingIsEmpty) {
    session::ReplyText reply(tokenizer_, simple_);
    EXPECT_EQ(feed(reply, "###"), "");
}

}  // namespace
}  // namespace univi::test
