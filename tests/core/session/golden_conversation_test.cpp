#include <gtest/gtest.h>

#include <set>

#include "core/session/engine.h"
#include "tests/core/session/golden_cases.h"

namespace univi::test {
namespace {

/// Cases in which a near tie (golden README: margin below 1e-3) lets rounding choose another token
/// from there on.
const std::set<std::string> kNearTies{"video_short"};
constexpr double kNearTie = 1e-3;
/// slides_52s.mp4: every frame has the density of its nearest neighbour, so rounding chose the
/// reference's events (golden README, "fragile"). Its first word is compared with the reference's
/// events passed in, in golden_dump_test.cpp.
const std::set<std::string> kFragileEvents{"video_long"};

class GoldenConversation : public testing::TestWithParam<std::string> {};

void expect_equal_up_to_near_tie(const GoldenCase& golden, const std::vector<std::int32_t>& ids) {
    ASSERT_EQ(ids.size(), golden.generated_ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] == golden.generated_ids[i]) continue;
        EXPECT_LT(golden.top2_margin[i], kNearTie) << "token " << i;
        return;
    }
}

TEST_P(GoldenConversation, SaysWhatTheReferenceSays) {
    const GoldenCase& golden = golden_case(GetParam());
    const auto conversation = golden_engine(golden.placement).start_conversation();
    conversation->set_history(golden.history);
    std::string streamed;
    session::Observer observer;
    observer.on_token = [&](const protocol::TokenEvent& token) { streamed += token.text; };
    const auto done = conversation->ask(golden.question, observer);
    EXPECT_EQ(done.prompt_tokens, golden.spliced_length);
    EXPECT_EQ(streamed, done.reply);
    EXPECT_EQ(conversation->turns(), static_cast<int>(golden.history.size()) + 1);
    if (kFragileEvents.contains(golden.name)) return;
    if (kNearTies.contains(golden.name)) return expect_equal_up_to_near_tie(golden, done.ids);
    EXPECT_EQ(done.ids, golden.generated_ids);
    EXPECT_EQ(done.reply, golden.text);
    EXPECT_EQ(done.finish, protocol::Finish::Length);
}

std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& golden : golden_cases()) out.push_back(golden.name);
    return out;
}

INSTANTIATE_TEST_SUITE_P(TinyA, GoldenConversation, testing::ValuesIn(names()),
                         [](const auto& info) { return info.param; });

TEST(GoldenConversations, DoNotDependOnTheThreadCount) {
    const GoldenCase& golden = golden_case("image_v1");
    for (const int threads : {1, 3}) {
        auto options = golden_options();
        options.threads = threads;
        const auto engine = session::Engine::load(options);
        EXPECT_EQ(engine->start_conversation()->ask(golden.question, {}).ids, golden.generated_ids)
            << threads;
    }
}

}  // namespace
}  // namespace univi::test
