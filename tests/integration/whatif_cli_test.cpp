#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/programs.h"

namespace univi::test {
namespace {

using base::Json;
using testing::HasSubstr;

std::string sample(const std::string& name) {
    return std::string(UNIVI_SOURCE_DIR) + "/resources/samples/" + name;
}

ProcessResult what_if(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "whatif");
    return run_cli(std::move(arguments));
}

/// About a picture by the golden model, some tokens long.
ProcessResult about_fish(std::vector<std::string> arguments) {
    for (const std::string& word :
         {std::string("--model"), golden_model(), std::string("--image"),
          golden_input("HappyFish.jpg"), std::string("--prompt"),
          std::string("What is in the image?"), std::string("--temperature"), std::string("0"),
          std::string("--max-new-tokens"), std::string("8")})
        arguments.push_back(word);
    return what_if(std::move(arguments));
}

std::vector<Json> lines_of(const ProcessResult& result) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<Json> out;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) out.push_back(Json::parse(line));
    return out;
}

TEST(WhatIfCli, AsksWithAndWithout) {
    const auto lines =
        lines_of(about_fish({"--leave-out", "", "--leave-out", "2:5,2:7", "--json"}));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].at("changed"), Json::object());
    EXPECT_EQ(lines[0].at("tokens"), 112);
    EXPECT_FALSE(lines[0].at("reply").get<std::string>().empty());
    EXPECT_EQ(lines[0].at("answer_tokens").size(), lines[0].at("token_log_probabilities").size());
    EXPECT_EQ(lines[1].at("log_probability"), lines[0].at("log_probability"));
    EXPECT_EQ(lines[1].at("reply"), lines[0].at("reply"));
    EXPECT_EQ(lines[2].at("changed").at("left_out"), Json({101, 103}));
    EXPECT_EQ(lines[2].at("tokens"), 110);
    EXPECT_EQ(lines[2].at("prompt_tokens"), lines[0].at("prompt_tokens").get<int>() - 2);
    EXPECT_NEAR(
        lines[2].at("fall"),
        lines[0].at("log_probability").get<double>() - lines[2].at("log_probability").get<double>(),
        1e-9);
}

TEST(WhatIfCli, MergesOtherwise) {
    const auto lines = lines_of(about_fish({"--stages", "8,4,2", "--k", "2", "--json"}));
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1].at("changed").dump(), R"({"k":2,"stages":[8,4,2]})");
    EXPECT_EQ(lines[1].at("tokens"), 14);
}

TEST(WhatIfCli, RanksGroups) {
    const auto lines = lines_of(about_fish({"--rank", "groups", "--json"}));
    ASSERT_EQ(lines.size(), 113U);
    for (std::size_t i = 1; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i].at("rank"), i);
        EXPECT_EQ(lines[i].at("tokens"), 111);
        EXPECT_EQ(lines[i].at("reply"), Json());
        EXPECT_GE(i > 1 ? lines[i - 1].at("fall") : lines[1].at("fall"), lines[i].at("fall"));
    }
}

/// The demo model on a clip in which a dog, and later other things, come: what it says of the
/// beginning hangs on the event at the beginning.
TEST(WhatIfCli, FindsTheEventThatAnAnswerComesFrom) {
    const auto lines = lines_of(what_if({"--video", sample("one_after_another.mp4"), "--prompt",
                                         "What happens first?", "--rank", "events", "--json"}));
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[1].at("name"), "event:0");
    EXPECT_GT(lines[1].at("fall"), 2);
    EXPECT_LT(lines[2].at("fall"), 0.1 * lines[1].at("fall").get<double>());
}

TEST(WhatIfCli, RefusesInOneSentence) {
    const auto refused = [](const std::vector<std::string>& arguments) {
        const auto result = about_fish(arguments);
        EXPECT_EQ(result.exit_code, 2) << result.out;
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
        return result.err;
    };
    EXPECT_THAT(refused({"--leave-out", "0-111"}), HasSubstr("leaves nothing"));
    EXPECT_THAT(refused({"--leave-out", "112"}), HasSubstr("112 tokens"));
    EXPECT_THAT(refused({"--leave-out", "event:0"}), HasSubstr("no events"));
    EXPECT_THAT(refused({"--stages", "64,32"}), HasSubstr("64,32,16"));
    EXPECT_THAT(refused({"--stages", "64,32,0"}), HasSubstr("stage"));
    EXPECT_THAT(refused({"--temporal-rate", "0.5"}), HasSubstr("a picture has no events"));
    EXPECT_THAT(refused({"--rank", "groups", "--k", "2"}), HasSubstr("goes without"));
    EXPECT_THAT(refused({"--rank", "groups", "--other-seed", "2"}), HasSubstr("goes without"));
    EXPECT_THAT(refused({"--other-seed", "2"}), HasSubstr("temperature above 0"));
    EXPECT_THAT(refused({"--rank", "events"}), HasSubstr("no events"));
    EXPECT_THAT(refused({"--video", golden_input("cup_9s.mp4")}), HasSubstr("one file"));
}

}  // namespace
}  // namespace univi::test
