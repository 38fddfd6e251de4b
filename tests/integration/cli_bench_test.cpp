// univi-cli bench: one JSON object a line with the agreed fields, whatever is measured.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "core/base/json.h"
#include "tests/integration/programs.h"

namespace univi::test {
namespace {

using ::testing::HasSubstr;

std::vector<base::Json> figures(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "bench");
    arguments.insert(arguments.end(), {"--runs", "2"});
    const auto result = run_cli(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<base::Json> lines;
    std::istringstream in(result.out);
    for (std::string line; std::getline(in, line);) lines.push_back(base::Json::parse(line));
    return lines;
}

void expect_fields(const base::Json& figure, const std::string& what, const std::string& unit) {
    EXPECT_EQ(figure.at("what"), what);
    EXPECT_EQ(figure.at("unit"), unit);
    EXPECT_EQ(figure.at("device"), "cpu");
    EXPECT_EQ(figure.at("runs"), 2);
    EXPECT_GE(figure.at("threads").get<int>(), 1);
    EXPECT_FALSE(figure.at("shape").get<std::string>().empty());
    EXPECT_FALSE(figure.at("dtype").get<std::string>().empty());
    for (const char* field : {"median", "min", "limit", "share_of_limit"})
        EXPECT_GT(figure.at(field).get<double>(), 0) << field;
    EXPECT_LE(figure.at("min").get<double>(), figure.at("median").get<double>());
    EXPECT_LE(figure.at("share_of_limit").get<double>(), 1);
}

TEST(CliBench, EveryKindOfWork) {
    const struct {
        const char *what, *unit;
        std::size_t lines;
    } works[] = {{"decode", "tokens/s", 1}, {"prefill", "tokens/s", 1}, {"vision", "pictures/s", 1},
                 {"video", "frames/s", 1},  {"load", "s", 1},           {"turn", "s", 2}};
    for (const auto& work : works) {
        SCOPED_TRACE(work.what);
        const auto lines = figures({work.what});
        ASSERT_EQ(lines.size(), work.lines);
        expect_fields(lines[0], work.what, work.unit);
    }
}

TEST(CliBench, RandomWeightsOfAShapeInEveryPrecision) {
    for (const std::string dtype : {"bf16", "int8", "int4"}) {
        const auto lines = figures({"decode", "--shape", "160m", "--dtype", dtype});
        ASSERT_EQ(lines.size(), 1u);
        expect_fields(lines[0], "decode", "tokens/s");
        EXPECT_EQ(lines[0].at("shape"), "160m");
        EXPECT_EQ(lines[0].at("dtype"), dtype);
    }
}

TEST(CliBench, TrainingIsMeasuredByTheTrainer) {
    const auto lines = figures({"train", "--shape", "160m"});
    ASSERT_EQ(lines.size(), 1u);
    expect_fields(lines[0], "train", "samples/s");
}

TEST(CliBench, WrongWordsAreNamed) {
    const struct {
        std::vector<std::string> arguments;
        const char* word;
    } cases[] = {{{"bench", "speed"}, "decode, prefill"},
                 {{"bench", "decode", "--shape", "70b"}, "160m, 1.1b"},
                 {{"bench", "load", "--shape", "7b"}, "--shape"},
                 {{"bench", "decode", "--runs", "0"}, "--runs"},
                 {{"bench", "train", "--dtype", "int4"}, "bf16"}};
    for (const auto& each : cases) {
        const auto result = run_cli(each.arguments);
        EXPECT_EQ(result.exit_code, 2) << each.word;
        EXPECT_THAT(result.err, HasSubstr(each.word));
    }
}

}  // namespace
}  // namespace univi::test
