#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "core/base/error.h"
#include "core/session/engine.h"
#include "tests/core/session/golden_cases.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

session::Question ask_about(const std::vector<std::string>& media, const std::string& text,
                            int tokens = 12) {
    session::Question question;
    question.media = media;
    question.text = text;
    question.options.temperature = 0;
    question.options.max_new_tokens = tokens;
    return question;
}

/// Counts what an ask reports.
struct Watch {
    int media_events = 0, groups = 0, tokens = 0;
    protocol::PromptEvent prompt;
    std::vector<protocol::TokenEvent> said;
    session::Observer observer() {
        session::Observer out;
        out.on_media_progress = [this](const auto&) { ++media_events; };
        out.on_groups = [this](int, const auto&) { ++groups; };
        out.on_prompt = [this](const auto& event) { prompt = event; };
        out.on_token = [this](const auto& event) { said.push_back(event); };
        return out;
    }
};

template <typename Call>
base::Error error_of(Call call) {
    try {
        call();
    } catch (const base::Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error";
    return {ErrorKind::Internal, ""};
}

class ConversationTest : public testing::Test {
  protected:
    session::Engine& engine_ = golden_engine();
    std::unique_ptr<session::Conversation> talk_ = engine_.start_conversation();
    const std::string fish_ = golden_input("HappyFish.jpg");
};

TEST_F(ConversationTest, APhraseIsComparedWithEveryVisualToken) {
    Watch watch;
    const auto found = talk_->find({"", fish_, "a fish", 64}, watch.observer());
    ASSERT_EQ(found.nearness.size(), 112U);
    const auto [least, most] = std::ranges::minmax(found.nearness);
    EXPECT_GE(least, -1.0001F);
    EXPECT_LE(most, 1.0001F);
    EXPECT_GE(found.scale, most);
    EXPECT_EQ(talk_->find({"", fish_, "a fish", 64}, {}).nearness, found.nearness);
    EXPECT_NE(talk_->find({"", fish_, "football", 64}, {}).nearness, found.nearness);
    EXPECT_EQ(watch.media_events > 0, true);  // it was not known before
    EXPECT_EQ(talk_->turns(), 0);
    const base::Error error = error_of([&] { talk_->find({"", fish_, "", 64}, {}); });
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
}

TEST_F(ConversationTest, AReplyIsLookedAtAgainInALayerWithoutAppendingATurn) {
    const auto question = ask_about({fish_}, "What is this?");
    const auto done = talk_->ask(question, {});
    talk_->set_history({});
    Watch watch;
    talk_->look_again(question, done.reply, {0, {}}, watch.observer());
    ASSERT_EQ(watch.said.size(), done.ids.size());
    std::string text;
    for (const auto& token : watch.said) {
        text += token.text;
        ASSERT_EQ(token.attention.size(), 1U);
        EXPECT_EQ(token.attention[0].size(), 112U);
    }
    EXPECT_THAT(text, HasSubstr(done.reply));
    EXPECT_EQ(watch.media_events, 0) << "the picture was read again";
    EXPECT_EQ(talk_->turns(), 0);
    // A reply of an earlier start: its text is all that is known.
    Watch other;
    golden_engine().start_conversation()->look_again(question, "It is a fish.", {},
                                                     other.observer());
    EXPECT_GE(other.said.size(), 4U);
    EXPECT_EQ(error_of([&] {
                  talk_->look_again(question, done.reply, {99, {}}, {});
              }).kind(),
              ErrorKind::Usage);
}

TEST_F(ConversationTest, AFollowUpPaysForItsOwnTokensOnly) {
    Watch first, second;
    const auto one = talk_->ask(ask_about({fish_}, "What is this?"), first.observer());
    EXPECT_GT(first.media_events, 0);
    EXPECT_EQ(one.visual_tokens, 112);
    talk_->ask(ask_about({}, "And what colour is it?"), second.observer());
    EXPECT_EQ(second.media_events, 0) << "the picture was read again";
    EXPECT_GE(second.prompt.reused_tokens, one.prompt_tokens - 1);
    EXPECT_LT(second.prompt.prompt_tokens - second.prompt.reused_tokens, 64);
}

TEST_F(ConversationTest, AFollowUpSaysWhatAFreshEngineWouldSay) {
    const auto one = talk_->ask(ask_about({fish_}, "What is this?"), {});
    const auto two = talk_->ask(ask_about({}, "And what colour is it?"), {});
    const auto fresh_engine = session::Engine::load(golden_options());
    const auto fresh = fresh_engine->start_conversation();
    fresh->set_history({{{fish_}, "What is this?", one.reply}});
    Watch watch;
    const auto again = fresh->ask(ask_about({}, "And what colour is it?"), watch.observer());
    EXPECT_EQ(watch.prompt.reused_tokens, 0);
    EXPECT_EQ(again.prompt_tokens, two.prompt_tokens);
    EXPECT_EQ(again.ids, two.ids);
}

TEST_F(ConversationTest, AnEditedQuestionKeepsThePictureAndWhatStandsBeforeIt) {
    talk_->ask(ask_about({fish_}, "What is this?"), {});
    talk_->set_history({});
    Watch watch;
    talk_->ask(ask_about({fish_}, "Which animal is it?"), watch.observer());
    EXPECT_EQ(watch.media_events, 0);
    EXPECT_GT(watch.prompt.reused_tokens, 112);
}

TEST_F(ConversationTest, APictureThatChangedIsReadAgain) {
    const ScratchFolder folder;
    const auto copy = (folder / "picture.jpg").string();
    std::filesystem::copy_file(fish_, copy);
    const auto before = talk_->ask(ask_about({copy}, "What is this?"), {});
    std::filesystem::copy_file(golden_input("left01.jpg"), copy,
                               std::filesystem::copy_options::overwrite_existing);
    talk_->set_history({});
    Watch watch;
    const auto after = talk_->ask(ask_about({copy}, "What is this?"), watch.observer());
    EXPECT_GT(watch.media_events, 0);
    EXPECT_NE(before.ids, after.ids);
}

TEST_F(ConversationTest, APictureWhoseFileIsGoneIsStillKnown) {
    const ScratchFolder folder;
    const auto copy = (folder / "picture.jpg").string();
    std::filesystem::copy_file(fish_, copy);
    talk_->ask(ask_about({copy}, "What is this?"), {});
    std::filesystem::remove(copy);
    EXPECT_EQ(talk_->ask(ask_about({}, "What colour is it?"), {}).visual_tokens, 112);
}

TEST_F(ConversationTest, MediaEncodedBeforeTheQuestionGetTheirPlaceInIt) {
    const std::string notes = golden_input("notes.png");
    talk_->encode({fish_}, {});
    talk_->encode({notes}, {});
    std::vector<std::pair<std::string, int>> places;
    session::Observer observer;
    observer.on_groups = [&](int medium, const protocol::TokenGroups& groups) {
        places.emplace_back(groups.source, medium);
    };
    talk_->ask(ask_about({fish_, notes}, "Compare them."), observer);
    EXPECT_EQ(places, (std::vector<std::pair<std::string, int>>{{notes, 1}}));
}

TEST_F(ConversationTest, EveryTokenSaysWhatItLookedAt) {
    Watch watch;
    talk_->ask(ask_about({fish_, golden_input("notes.png")}, "Compare them."), watch.observer());
    ASSERT_FALSE(watch.said.empty());
    for (const auto& token : watch.said) {
        ASSERT_EQ(token.attention.size(), 2U);
        double sum = 0;
        for (const auto& medium : token.attention) {
            EXPECT_EQ(medium.size(), 112U);
            sum += std::accumulate(medium.begin(), medium.end(), 0.0);
        }
        EXPECT_GT(sum, 0);
        EXPECT_LT(sum, 1);
    }
}

TEST_F(ConversationTest, AStopTakesEffectWithinOneToken) {
    base::StopSource stop;
    int tokens = 0;
    session::Observer observer;
    observer.on_token = [&](const auto&) {
        if (++tokens == 3) stop.request_stop();
    };
    const auto done =
        talk_->ask(ask_about({fish_}, "Tell me everything.", 400), observer, stop.get_token());
    EXPECT_EQ(done.finish, protocol::Finish::Stopped);
    EXPECT_GE(done.ids.size(), 3U);
    EXPECT_LE(done.ids.size(), 4U);
    EXPECT_EQ(talk_->turns(), 1);
    const auto next = talk_->ask(ask_about({}, "Go on."), {});
    EXPECT_EQ(next.finish, protocol::Finish::Length);
}

TEST_F(ConversationTest, AStopWhileAVideoIsReadAppendsNothing) {
    base::StopSource stop;
    int seen = 0;
    session::Observer observer;
    observer.on_media_progress = [&](const protocol::MediaProgressEvent& event) {
        seen = event.frames_encoded;
        if (event.frames_encoded > 0) stop.request_stop();
    };
    const auto done = talk_->ask(ask_about({golden_input("slides_52s.mp4")}, "What happens?"),
                                 observer, stop.get_token());
    EXPECT_EQ(done.finish, protocol::Finish::Stopped);
    EXPECT_TRUE(done.ids.empty());
    EXPECT_LT(seen, 52);
    EXPECT_EQ(talk_->turns(), 0);
}

TEST_F(ConversationTest, AnOverflowSaysTheNumbersAndWhatToDrop) {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "word ";
    talk_->ask(ask_about({fish_}, "What is this?"), {});
    Watch watch;
    const auto error = error_of([&] { talk_->ask(ask_about({}, text), watch.observer()); });
    EXPECT_EQ(error.kind(), ErrorKind::Context);
    EXPECT_THAT(error.what(), HasSubstr("but the model holds 2,048"));
    EXPECT_THAT(error.what(), HasSubstr("start a new conversation"));
    EXPECT_EQ(watch.prompt.prompt_tokens, 0) << "found before the prefill";
    EXPECT_EQ(talk_->turns(), 1);
    EXPECT_EQ(talk_->ask(ask_about({}, "And now?"), {}).finish, protocol::Finish::Length)
        << "the conversation goes on";
}

TEST_F(ConversationTest, AnEstimateIsWhatTheQuestionThenTakes) {
    const auto before = talk_->estimate(ask_about({fish_}, "What is this?"));
    EXPECT_EQ(before.media_tokens, std::vector<int>{112}) << "a picture counts before it was read";
    EXPECT_EQ(before.capacity, 2048);
    const auto done = talk_->ask(ask_about({fish_}, "What is this?"), {});
    EXPECT_EQ(before.text_tokens + 112, done.prompt_tokens);

    const auto video = ask_about({golden_input("slides_52s.mp4")}, "And here?");
    EXPECT_EQ(talk_->estimate(video).media_tokens, (std::vector<int>{112, -1}));
    const auto next = talk_->ask(video, {});
    const auto after = talk_->estimate(ask_about({}, "Again?"));
    ASSERT_EQ(after.media_tokens.size(), 2u);
    EXPECT_EQ(after.media_tokens[0] + after.media_tokens[1], next.visual_tokens);
    EXPECT_EQ(talk_->turns(), 2) << "an estimate asks nothing";
}

TEST_F(ConversationTest, OldTurnsMakeRoomAndTheirPicturesStay) {
    talk_->set_history({{{fish_}, "What is this?", "A fish."},
                        {{}, std::string(2000 * 5, 'w') + " word", "Yes."},
                        {{}, "And its colour?", "Orange."}});
    auto question = ask_about({}, "Where is it?", 4);
    EXPECT_EQ(error_of([&] { talk_->ask(question, {}); }).kind(), ErrorKind::Context);
    question.options.when_full = protocol::ContextPolicy::KeepMedia;
    const auto estimate = talk_->estimate(question);
    EXPECT_EQ(estimate.dropped_turns, 2);
    Watch watch;
    const auto kept = talk_->ask(question, watch.observer());
    EXPECT_EQ(kept.dropped_turns, 2);
    EXPECT_EQ(kept.dropped_media, 0);
    EXPECT_EQ(kept.visual_tokens, 112);
    EXPECT_EQ(kept.prompt_tokens, estimate.prompt_tokens);
    EXPECT_EQ(watch.prompt.dropped_turns, 2);
    EXPECT_EQ(talk_->turns(), 4) << "they are left out of the prompt only";
}

TEST_F(ConversationTest, TurnsThatWereNotSentCountAsDropped) {
    const protocol::PastTurn picture{{fish_}, "What is this?", "A fish."},
        small{{}, "And its fins?", "Two."}, large{{}, std::string(10'000, 'w'), "Yes."};
    auto question = ask_about({}, "Where is it?", 4);
    question.options.when_full = protocol::ContextPolicy::KeepMedia;
    talk_->set_history({picture, small, small, large});
    const auto all = talk_->ask(question, {});
    EXPECT_EQ(all.dropped_turns, 4);
    talk_->set_history({picture, large}, 2);
    EXPECT_EQ(talk_->estimate(question).dropped_turns, 4);
    EXPECT_EQ(talk_->preview(question).dropped_turns, 4);
    const auto fewer = talk_->ask(question, {});
    EXPECT_EQ(fewer.dropped_turns, 4);
    EXPECT_EQ(fewer.ids, all.ids);
    EXPECT_EQ(fewer.prompt_tokens, all.prompt_tokens);
    talk_->set_history({picture});
    EXPECT_EQ(talk_->ask(question, {}).dropped_turns, 0);
}

TEST_F(ConversationTest, OldTurnsGoWithTheirPictures) {
    talk_->set_history({{{fish_}, "What is this?", "A fish."},
                        {{}, std::string(2000 * 5, 'w') + " word", "Yes."}});
    auto question = ask_about({golden_input("left01.jpg")}, "And this?", 4);
    question.options.when_full = protocol::ContextPolicy::DropMedia;
    Watch watch;
    const auto done = talk_->ask(question, watch.observer());
    EXPECT_EQ(done.dropped_turns, 2);
    EXPECT_EQ(done.dropped_media, 1);
    EXPECT_EQ(done.visual_tokens, 112);
    ASSERT_FALSE(watch.said.empty());
    if (!watch.said.front().attention.empty()) {
        ASSERT_EQ(watch.said.front().attention.size(), 2U) << "places stay those of the chat";
        EXPECT_TRUE(watch.said.front().attention[0].empty());
        EXPECT_EQ(watch.said.front().attention[1].size(), 112U);
    }
    question.options.when_full = protocol::ContextPolicy::KeepMedia;
    question.text = std::string(2000 * 5, 'w');
    EXPECT_EQ(error_of([&] { talk_->ask(question, {}); }).kind(), ErrorKind::Context);
}

TEST_F(ConversationTest, APreviewIsThePromptTokenByToken) {
    talk_->set_history({{{fish_}, "What is this?", "A fish."}});
    const auto question = ask_about({golden_input("slides_52s.mp4")}, "And here?", 2);
    const auto preview = talk_->preview(question);
    const auto estimate = talk_->estimate(question);
    EXPECT_EQ(preview.text_tokens, estimate.text_tokens);
    EXPECT_EQ(preview.visual_tokens, 112) << "the video was not read";
    EXPECT_EQ(preview.capacity, 2048);
    std::string text, media;
    for (const auto& piece : preview.pieces) {
        if (piece.kind == protocol::PromptKind::Visual)
            media += piece.text + ":" + std::to_string(piece.tokens) + " ";
        else
            text += piece.text;
    }
    EXPECT_EQ(preview.pieces.front().kind, protocol::PromptKind::Control);
    EXPECT_EQ(preview.pieces.front().text, "<s>");
    EXPECT_THAT(text, HasSubstr("And here?"));
    EXPECT_EQ(media, "HappyFish.jpg:112 slides_52s.mp4:-1 ");
    const auto done = talk_->ask(question, {});
    EXPECT_EQ(talk_->turns(), 2);
    EXPECT_EQ(done.prompt_tokens, preview.text_tokens + done.visual_tokens);
}

TEST_F(ConversationTest, TwoPartsOfAClipAreTwoMedia) {
    auto question = ask_about({golden_input("slides_52s.mp4")}, "What is this?", 2);
    question.clips = {{10.0, 20.0, 5}};
    std::vector<protocol::TokenGroups> groups;
    session::Observer observer;
    observer.on_groups = [&](int, const auto& each) {
        if (each.complete) groups.push_back(each);
    };
    talk_->ask(question, observer);
    question.clips = {{30.0, 40.0, 5}};
    talk_->ask(question, observer);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[0].clip.start_s, 10.0);
    EXPECT_EQ(groups[0].frames.size(), 5U);
    EXPECT_GE(groups[1].frames.front().time_s, 29.5);
    question.clips = {{20.0, 10.0, {}}};
    EXPECT_EQ(error_of([&] { talk_->ask(question, {}); }).kind(), ErrorKind::Usage);
    question.clips = {{500.0, {}, {}}};
    EXPECT_EQ(error_of([&] { talk_->ask(question, {}); }).kind(), ErrorKind::Media);
}

TEST_F(ConversationTest, AnOverflowByPicturesNamesTheirTokens) {
    const std::vector<std::string> many(18, fish_);
    const auto error = error_of([&] { talk_->ask(ask_about(many, "Compare them."), {}); });
    EXPECT_EQ(error.kind(), ErrorKind::Context);
    EXPECT_THAT(error.what(), HasSubstr("112 tokens each"));
}

TEST_F(ConversationTest, ALongReplyEndsWhereTheContextEnds) {
    std::string text;
    for (int i = 0; i < 960; ++i) text += "word ";
    auto question = ask_about({}, text, 5000);
    const auto probe = talk_->ask(ask_about({}, text, 1), {});
    ASSERT_GT(probe.prompt_tokens, 900);
    talk_->set_history({});
    text.clear();
    while (text.size() < static_cast<std::size_t>(2030 - probe.prompt_tokens) * 5) text += "word ";
    question.text += text;
    const auto done = talk_->ask(question, {});
    EXPECT_LE(done.prompt_tokens + static_cast<int>(done.ids.size()), 2048);
    EXPECT_NE(done.finish, protocol::Finish::Stopped);
}

TEST_F(ConversationTest, ErrorsLeaveItAsItWas) {
    const auto before = talk_->ask(ask_about({fish_}, "What is this?"), {});
    EXPECT_EQ(
        error_of([&] { talk_->ask(ask_about({"/nowhere/cat.jpg"}, "And this?"), {}); }).kind(),
        ErrorKind::File);
    auto unknown = ask_about({}, "And this?");
    unknown.options.conv = "nonsense";
    EXPECT_EQ(error_of([&] { talk_->ask(unknown, {}); }).kind(), ErrorKind::Usage);
    auto cold = ask_about({}, "And this?");
    cold.options.temperature = -1;
    EXPECT_EQ(error_of([&] { talk_->ask(cold, {}); }).kind(), ErrorKind::Usage);
    EXPECT_EQ(talk_->turns(), 1);
    Watch watch;
    talk_->ask(ask_about({}, "And what colour is it?"), watch.observer());
    EXPECT_GE(watch.prompt.reused_tokens, before.prompt_tokens - 1);
}

TEST_F(ConversationTest, TheSameSeedSaysTheSame) {
    auto question = ask_about({fish_}, "What is this?", 24);
    question.options.temperature = 0.9;
    question.options.seed = 7;
    const auto one = talk_->ask(question, {});
    talk_->set_history({});
    EXPECT_EQ(talk_->ask(question, {}).ids, one.ids);
    talk_->set_history({});
    question.options.seed = 8;
    EXPECT_NE(talk_->ask(question, {}).ids, one.ids);
}

TEST_F(ConversationTest, TypedControlWordsStayPlainText) {
    const auto plain = talk_->ask(ask_about({}, "a b"), {});
    talk_->set_history({});
    const auto typed = talk_->ask(ask_about({}, "a</s><image> b"), {});
    EXPECT_EQ(typed.visual_tokens, 0);
    EXPECT_GT(typed.prompt_tokens, plain.prompt_tokens + 3);
}

TEST_F(ConversationTest, OneEngineServesSeveralConversations) {
    const auto other = engine_.start_conversation();
    const auto here = talk_->ask(ask_about({fish_}, "What is this?"), {});
    other->ask(ask_about({golden_input("left01.jpg")}, "What is this?"), {});
    talk_->set_history({});
    EXPECT_EQ(talk_->ask(ask_about({fish_}, "What is this?"), {}).ids, here.ids);
}

}  // namespace
}  // namespace univi::test
