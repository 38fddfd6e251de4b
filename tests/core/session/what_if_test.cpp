#include "core/session/what_if.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "tests/core/session/golden_cases.h"
#include "tests/support/errors.h"

namespace univi::test {
namespace {

using base::ErrorKind;
using session::RankBy;
using session::Variant;
using session::WhatIf;
using testing::HasSubstr;

session::Question question(const std::string& medium, int tokens = 12) {
    session::Question out;
    out.media = {golden_input(medium)};
    out.text = "What is in the image?";
    out.options.conv = "v1";
    out.options.temperature = 0;
    out.options.max_new_tokens = tokens;
    return out;
}

std::unique_ptr<WhatIf> about(const std::string& medium, int tokens = 12) {
    return golden_engine().start_what_if(question(medium, tokens));
}

TEST(WhatIf, TheFirstAnswerIsTheOneThatAConversationGets) {
    auto conversation = golden_engine().start_conversation();
    const auto said = conversation->ask(question("HappyFish.jpg"), {});
    const auto what_if = about("HappyFish.jpg");
    session::Observer observer;
    double decoded = 0;
    observer.on_token = [&](const auto& token) { decoded += token.log_probability; };
    const auto first = what_if->first(observer);
    EXPECT_EQ(first.done.ids, said.ids);
    EXPECT_EQ(first.done.reply, said.reply);
    EXPECT_EQ(first.prompt_tokens, said.prompt_tokens);
    EXPECT_EQ(first.visual_tokens, 112);
    EXPECT_EQ(first.token_log_probabilities.size(), said.ids.size());
    EXPECT_EQ(what_if->answer_tokens().size(), said.ids.size());
    // Read at once or token by token: the same but for rounding.
    EXPECT_NEAR(first.log_probability, decoded, 1e-3 * std::abs(decoded));
}

TEST(WhatIf, NothingChangedIsTheSameToTheBit) {
    const auto what_if = about("HappyFish.jpg");
    const auto first = what_if->first({});
    const auto again = what_if->ask({}, true);
    EXPECT_EQ(again.token_log_probabilities, first.token_log_probabilities);
    EXPECT_EQ(again.done.ids, first.done.ids);
    // The model's own settings are no change.
    const auto same = what_if->ask({{{{64, 32, 16}}, {}, {}}, {}}, false);
    EXPECT_EQ(same.token_log_probabilities, first.token_log_probabilities);
    EXPECT_TRUE(same.done.ids.empty()) << "no reply was asked for";
    what_if->ask({{}, {0}}, true);
    EXPECT_EQ(what_if->ask({}, false).log_probability, first.log_probability);
}

TEST(WhatIf, AnotherSeedDrawsOtherWordsOfTheSamePrompt) {
    session::Question asked = question("HappyFish.jpg");
    asked.options.temperature = 1;
    const auto what_if = golden_engine().start_what_if(asked);
    const auto first = what_if->first({});
    const auto other = what_if->ask({{}, {}, asked.options.seed + 1}, true);
    EXPECT_NE(other.done.ids, first.done.ids);
    EXPECT_EQ(other.prompt_tokens, first.prompt_tokens);
    EXPECT_EQ(other.token_log_probabilities, first.token_log_probabilities);
    EXPECT_EQ(what_if->ask({{}, {}, asked.options.seed}, true).done.ids, first.done.ids);
    // The likeliest word is the same under any seed.
    const auto greedy = about("HappyFish.jpg");
    greedy->first({});
    EXPECT_THAT(error_of(
                    [&] {
                        greedy->ask({{}, {}, 7}, true);
                    },
                    ErrorKind::Usage),
                HasSubstr("temperature above 0"));
}

TEST(WhatIf, WhatIsLeftOutIsNotInThePrompt) {
    const auto what_if = about("HappyFish.jpg");
    const auto first = what_if->first({});
    const auto without = what_if->ask({{}, {3, 4, 70}}, true);
    EXPECT_EQ(without.visual_tokens, 109);
    EXPECT_EQ(without.prompt_tokens, first.prompt_tokens - 3);
    EXPECT_NE(without.log_probability, first.log_probability);
    EXPECT_EQ(without.done.prompt_tokens, first.prompt_tokens - 3);
    std::vector<int> all(112);
    for (int i = 0; i < 112; ++i) all[static_cast<std::size_t>(i)] = i;
    EXPECT_THAT(error_of(
                    [&] {
                        what_if->ask({{}, all}, false);
                    },
                    ErrorKind::Usage),
                HasSubstr("Nothing is left"));
}

TEST(WhatIf, OtherStagesGiveOtherTokens) {
    const auto what_if = about("HappyFish.jpg");
    what_if->first({});
    const session::MergeChange change{{{8, 4, 2}}, {}, {}};
    EXPECT_EQ(what_if->layout(change).tokens(), 14);
    const protocol::TokenGroups own_groups = what_if->groups();
    const protocol::TokenGroups& groups = what_if->groups(change);
    EXPECT_EQ(groups.num_tokens(), 14);
    EXPECT_EQ(groups.frames.at(0).stages[2].sizes.size(), 2U);
    EXPECT_EQ(groups.frames.at(0).stages[0].patch_to_group.size(),
              own_groups.frames.at(0).stages[0].patch_to_group.size());
    EXPECT_EQ(groups.frames.at(0).picture, own_groups.frames.at(0).picture);
    EXPECT_EQ(own_groups.num_tokens(), 112);
    EXPECT_EQ(what_if->groups({{{64, 32, 16}}, {}, {}}), own_groups);
    const auto smaller = what_if->ask({change, {13}}, true);
    EXPECT_EQ(smaller.visual_tokens, 13);
    EXPECT_FALSE(smaller.done.ids.empty());
    const auto one = what_if->ask({{{}, {}, 1}, {}}, false), own = what_if->ask({}, false);
    EXPECT_EQ(one.visual_tokens, own.visual_tokens);
    EXPECT_NE(one.log_probability, own.log_probability);
}

TEST(WhatIf, RefusesChangesOutsideTheirRange) {
    const auto what_if = about("HappyFish.jpg");
    what_if->first({});
    const auto refused = [&](const session::MergeChange& change) {
        return error_of([&] { what_if->ask({change, {}}, false); }, ErrorKind::Usage);
    };
    EXPECT_THAT(refused({{{0, 32, 16}}, {}, {}}), HasSubstr("stage"));
    EXPECT_THAT(refused({{{64, 32, NAN}}, {}, {}}), HasSubstr("stage"));
    EXPECT_THAT(refused({{}, -1.0, {}}), HasSubstr("temporal rate"));
    EXPECT_THAT(refused({{}, 0.5, {}}), HasSubstr("a picture has no events"));
    EXPECT_THAT(refused({{}, {}, 0}), HasSubstr("neighbours"));
    EXPECT_THAT(error_of([&] { what_if->rank(RankBy::Events); }, ErrorKind::Usage),
                HasSubstr("no events"));
    session::Question two = question("HappyFish.jpg");
    two.media.push_back(two.media.front());
    EXPECT_THAT(error_of([&] { golden_engine().start_what_if(two); }, ErrorKind::Usage),
                HasSubstr("at a time"));
}

TEST(WhatIf, RanksGroupsByWhatTheAnswerLoses) {
    const auto what_if = about("HappyFish.jpg", 6);
    const auto first = what_if->first({});
    int last = 0;
    const auto ranked = what_if->rank(RankBy::Groups, [&](int done, int count) {
        EXPECT_EQ(count, 112);
        EXPECT_EQ(done, ++last);
    });
    ASSERT_EQ(ranked.size(), 112U);
    EXPECT_EQ(last, 112);
    EXPECT_TRUE(std::ranges::is_sorted(ranked, std::greater<>(), &session::RankedPart::fall));
    for (const auto& part : ranked) {
        EXPECT_EQ(part.answer.visual_tokens, 111);
        EXPECT_NEAR(part.fall, first.log_probability - part.answer.log_probability, 1e-12);
    }
    // The shared prefix changes nothing but rounding: another engine's work from the start says so.
    const auto& top = ranked.front();
    const auto alone = about("HappyFish.jpg", 6);
    alone->first({});
    EXPECT_NEAR(alone->ask({{}, top.left_out}, false).log_probability, top.answer.log_probability,
                1e-3);
    const auto again = what_if->rank(RankBy::Groups);
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(again[i].left_out, ranked[i].left_out) << i;
}

TEST(WhatIf, RanksEventsOfAVideo) {
    session::Question asked = question("slides_52s.mp4", 4);
    const auto what_if = golden_engine().start_what_if(asked);
    const auto first = what_if->first({});
    const auto layout = what_if->layout();
    ASSERT_GT(layout.parts.size(), 1U);
    EXPECT_EQ(layout.tokens(), first.visual_tokens);
    const auto ranked = what_if->rank(RankBy::Events);
    ASSERT_EQ(ranked.size(), layout.parts.size());
    for (const auto& part : ranked)
        EXPECT_EQ(part.answer.visual_tokens,
                  first.visual_tokens - static_cast<int>(part.left_out.size()));
    // More events: more tokens, without another look at the video.
    const session::MergeChange more{{}, 0.5, {}};
    EXPECT_GT(what_if->layout(more).parts.size(), layout.parts.size());
    const protocol::TokenGroups& groups = what_if->groups(more);
    EXPECT_EQ(groups.events.size(), what_if->layout(more).parts.size());
    EXPECT_EQ(groups.event_centers.size(), groups.events.size());
    EXPECT_EQ(groups.num_tokens(), what_if->layout(more).tokens());
    EXPECT_EQ(groups.frames.size(), what_if->groups().frames.size());
    EXPECT_THAT(error_of(
                    [&] {
                        what_if->layout({{}, 1e9, {}});
                    },
                    ErrorKind::Usage),
                HasSubstr("temporal rate"));
}

TEST(WhatIf, AStopEndsARanking) {
    const auto what_if = about("HappyFish.jpg", 4);
    what_if->first({});
    base::StopSource stop;
    int done = 0;
    const auto at_the_third = [&](int count, int) {
        if ((done = count) == 3) stop.request_stop();
    };
    error_of([&] { what_if->rank(RankBy::Groups, at_the_third, stop.get_token()); },
             ErrorKind::Stopped);
    EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace univi::test
