// univi-cli eval, the real program on the demo model and small sets in the published forms.

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "core/base/atomic_file.h"
#include "core/base/file.h"
#include "tests/integration/programs.h"
#include "tests/support/judge_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using base::Json;
namespace fs = std::filesystem;

std::string sample(const std::string& name) {
    return std::string(UNIVI_TEST_DATA) + "/eval/" + name;
}

/// A folder with the pictures and clips the sample sets name.
class Media {
  public:
    Media() {
        const fs::path from = std::string(UNIVI_SOURCE_DIR) + "/resources/samples";
        for (const char* name : {"fruit.jpg", "sea.jpg", "street.jpg"})
            fs::copy_file(from / name, folder_ / name);
        for (const char* name : {"drive.mp4", "visitor.mp4", "one_after_another.mp4"})
            fs::copy_file(from / name, folder_ / (std::string("v_") + name));
        fs::create_directories(folder_ / "4");
        fs::copy_file(from / "fruit.jpg", folder_ / "4/image.png");
    }
    std::string path() const { return folder_.path().string(); }
    void remove(const std::string& name) const { fs::remove(folder_ / name); }

  private:
    ScratchFolder folder_;
};

ProcessResult run_eval(const std::vector<std::string>& arguments, const ScratchFolder& home) {
    std::vector<std::string> all{program("univi-cli"), "eval"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_process({all,
                        "",
                        {{"XDG_CACHE_HOME", home.path()},
                         {"XDG_DATA_HOME", home.path()},
                         {"OPENAI_API_KEY", ""},
                         {"UNIVI_JUDGE_KEY", "secret"}}});
}

Json json_of(const ProcessResult& result) {
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.exit_code == 0 ? base::parse_json(result.out, "stdout") : Json::object();
}

std::size_t lines_in(const fs::path& file) {
    const std::string text = base::read_file(file);
    return std::size_t(std::count(text.begin(), text.end(), '\n'));
}

TEST(EvalCli, PopeBatchedAndOneByOneAreTheSameFile) {
    const Media media;
    const ScratchFolder out;
    std::string expected;
    for (const std::string batch : {"1", "4"}) {
        const std::string answers = (out / ("pope" + batch + ".jsonl")).string();
        const Json metrics =
            json_of(run_eval({"pope", "--questions", sample("pope_random.jsonl"), "--media",
                              media.path(), "--answers", answers, "--batch", batch, "--json"},
                             out));
        for (const char* name : {"accuracy", "precision", "recall", "f1", "yes_ratio"})
            EXPECT_TRUE(metrics.contains(name)) << name;
        EXPECT_EQ(metrics["count"], 6);
        if (batch == "1") expected = base::read_file(answers);
        EXPECT_EQ(base::read_file(answers), expected);
        // Scoring the file again says the same.
        const Json again = json_of(run_eval({"pope", "--score", answers, "--json"}, out));
        EXPECT_EQ(again["accuracy"], metrics["accuracy"]);
        EXPECT_EQ(again["yes_ratio"], metrics["yes_ratio"]);
    }
}

TEST(EvalCli, GoesOnAfterAKillAndRefusesAnotherRun) {
    const Media media;
    const ScratchFolder out;
    const std::vector<std::string> whole{"pope",    "--questions", sample("pope_random.jsonl"),
                                         "--media", media.path(),  "--greedy"};
    auto with = [&](std::vector<std::string> more) {
        std::vector<std::string> all = whole;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    };
    json_of(run_eval(with({"--answers", (out / "whole.jsonl").string(), "--json"}), out));
    const std::string expected = base::read_file(out / "whole.jsonl");
    // A real kill, at whichever answer comes first, and one after every answer.
    const std::string answers = (out / "killed.jsonl").string();
    std::vector<std::string> command = with({"--answers", answers, "--events"});
    command.insert(command.begin(), {program("univi-cli"), "eval"});
    {
        Process process({command, "", {}});
        process.read_until(
            [](const std::string& line) { return line.find("\"progress\"") != std::string::npos; });
        process.signal(SIGKILL);
        process.wait();
    }
    for (std::size_t keep = 0; keep < 6; ++keep) {
        std::string text;
        std::istringstream lines(expected);
        std::string line;
        for (std::size_t i = 0; i < keep && std::getline(lines, line); ++i) text += line + "\n";
        std::getline(lines, line);
        if (keep > 0) base::write_file_atomically(answers, text + line.substr(0, line.size() / 2));
        json_of(run_eval(with({"--answers", answers, "--json"}), out));
        EXPECT_EQ(base::read_file(answers), expected) << keep;
    }
    const auto other = run_eval(with({"--answers", answers, "--seed", "7"}), out);
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_NE(other.err.find("another run (its seed differs)"), std::string::npos) << other.err;
    EXPECT_EQ(run_eval(with({"--answers", answers, "--seed", "7", "--restart"}), out).exit_code, 0);
}

TEST(EvalCli, MissingMediaAreListed) {
    const Media media;
    media.remove("sea.jpg");
    const ScratchFolder out;
    const std::vector<std::string> command{
        "pope",       "--questions", sample("pope_random.jsonl"), "--media",
        media.path(), "--answers",   (out / "a.jsonl").string(),  "--json"};
    const auto result = run_eval(command, out);
    const Json metrics = json_of(result);
    EXPECT_EQ(metrics["count"], 4);
    EXPECT_EQ(metrics["total"], 6);
    ASSERT_EQ(metrics["unanswered"].size(), 2u);
    EXPECT_EQ(metrics["unanswered"][0]["medium"], "sea.jpg");
    EXPECT_NE(result.err.find("no picture of the name sea.jpg"), std::string::npos);
}

TEST(EvalCli, ShardsWriteOneFile) {
    const Media media;
    const ScratchFolder out;
    const std::vector<std::string> common{"pope",     "--questions", sample("pope_random.jsonl"),
                                          "--media",  media.path(),  "--json",
                                          "--answers"};
    auto run = [&](const std::string& answers, const std::vector<std::string>& more) {
        std::vector<std::string> all = common;
        all.push_back((out / answers).string());
        all.insert(all.end(), more.begin(), more.end());
        return json_of(run_eval(all, out));
    };
    const Json whole = run("whole.jsonl", {});
    EXPECT_FALSE(run("parts.jsonl", {"--shard", "2/2"}).contains("accuracy"));
    const Json last = run("parts.jsonl", {"--num-chunks", "2", "--chunk-idx", "0"});
    EXPECT_EQ(last["accuracy"], whole["accuracy"]);
    EXPECT_EQ(base::read_file(out / "parts.jsonl"), base::read_file(out / "whole.jsonl"));
    const Json devices = run("devices.jsonl", {"--devices", "cpu,cpu"});
    EXPECT_EQ(devices["accuracy"], whole["accuracy"]);
    EXPECT_EQ(base::read_file(out / "devices.jsonl"), base::read_file(out / "whole.jsonl"));
}

TEST(EvalCli, ThePartsOfSeveralDevicesAreAskedAsTheWholeIs) {
    const Media media;
    const ScratchFolder out;
    auto run = [&](const std::string& name, const std::vector<std::string>& more) {
        std::vector<std::string> all{"pope",
                                     "--questions",
                                     sample("pope_random.jsonl"),
                                     sample("pope_popular.jsonl"),
                                     "--media",
                                     media.path(),
                                     "--answer-prompter",
                                     "--conv",
                                     "v1",
                                     "--temperature",
                                     "0.9",
                                     "--top-p",
                                     "0.95",
                                     "--top-k",
                                     "30",
                                     "--max-new-tokens",
                                     "6",
                                     "--seed",
                                     "7",
                                     "--name",
                                     "-a name-",
                                     "--dtype",
                                     "bf16",
                                     "--placement",
                                     "reference",
                                     "--answers",
                                     (out / name).string(),
                                     "--json"};
        all.insert(all.end(), more.begin(), more.end());
        return json_of(run_eval(all, out));
    };
    const Json whole = run("whole", {}), devices = run("devices", {"--devices", "cpu,cpu"});
    EXPECT_EQ(whole, devices);
    for (const char* file : {"pope_random.jsonl", "pope_popular.jsonl"})
        EXPECT_EQ(base::read_file(out / "devices" / file), base::read_file(out / "whole" / file));
    EXPECT_EQ(base::read_file(out / "devices/pope_random.run.json"),
              base::read_file(out / "whole/pope_random.run.json"));
}

TEST(EvalCli, ScienceQaInItsTwoSteps) {
    const Media media;
    const ScratchFolder out;
    const std::string answers = (out / "s.jsonl").string();
    const Json metrics =
        json_of(run_eval({"scienceqa", "--questions", sample("scienceqa_questions.json"), "--media",
                          media.path(), "--answers", answers, "--max-new-tokens", "24", "--json"},
                         out));
    for (const char* name : {"average", "NAT", "SOC", "LAN", "TXT", "IMG", "NO", "G1-6", "G7-12"})
        EXPECT_TRUE(metrics.contains(name)) << name;
    std::ifstream lines(answers);
    std::string line;
    while (std::getline(lines, line)) {
        const Json answer = base::parse_json(line, "answer");
        EXPECT_NE(answer["text"].get<std::string>().find("\n The answer is "), std::string::npos);
        EXPECT_EQ(answer["pred"].get<std::string>().size(), 1u);
    }
    // The published scorer's rule on an answer file of ours.
    const Json again =
        json_of(run_eval({"scienceqa", "--questions", sample("scienceqa_questions.json"), "--score",
                          answers, "--json"},
                         out));
    EXPECT_EQ(again["average"], metrics["average"]);
}

TEST(EvalCli, VideoSetsMakeOneTableWithAJudge) {
    const Media media;
    const ScratchFolder out;
    const JudgeServer server([](const std::string& body) {
        const bool first = body.find("factual") != std::string::npos;
        return JudgeReply{200, JudgeServer::says(first ? "{'score': 2}" : "{'score': 4}")};
    });
    const std::vector<std::string> command{"video",
                                           "--questions",
                                           sample("video_generic.json"),
                                           sample("video_temporal.json"),
                                           sample("video_consistency.json"),
                                           "--media",
                                           media.path(),
                                           "--answers",
                                           (out / "video").string(),
                                           "--max-new-tokens",
                                           "16",
                                           "--judge",
                                           server.address(),
                                           "--json",
                                           "--export",
                                           (out / "t.md").string()};
    Json metrics = json_of(run_eval(command, out));
    EXPECT_EQ(metrics["correctness"], 40.0);
    for (const char* axis : {"detail", "context", "temporal", "consistency"})
        EXPECT_EQ(metrics[axis], 80.0);
    EXPECT_EQ(server.requests().size(), 2u * 3 + 1 + 1);
    EXPECT_TRUE(fs::exists(out / "video/video_generic.correctness.json"));
    EXPECT_NE(base::read_file(out / "t.md")
                  .find("| Chat-UniVi-7B (published) | 57.8 | 58.2 | 69.2 | 57.8 | 56.2 |"),
              std::string::npos);
    // A second run asks nobody; scoring by the judge files alone says the same; the key is nowhere.
    EXPECT_EQ(json_of(run_eval(command, out)), metrics);
    EXPECT_EQ(server.requests().size(), 8u);
    EXPECT_NE(server.requests()[0].find("Bearer secret"), std::string::npos);
    EXPECT_EQ(json_of(run_eval({"video", "--score",
                                (out / "video/video_temporal.temporal.json").string(), "--json"},
                               out))["temporal"],
              80.0);
    EXPECT_EQ(json_of(run_eval(
                  {"video", "--score", (out / "video/video_generic.jsonl").string(), "--json"},
                  out))["correctness"],
              40.0);
    for (const auto& file : fs::recursive_directory_iterator(out.path()))
        if (file.is_regular_file()) {
            EXPECT_EQ(base::read_file(file.path()).find("secret"), std::string::npos)
                << file.path();
        }
}

TEST(EvalCli, VideoQaWithAndWithoutAJudge) {
    const Media media;
    const ScratchFolder out;
    const std::string answers = (out / "msvd.jsonl").string();
    const std::vector<std::string> command{
        "videoqa", "--questions", sample("msvd_qa.json"), "--media", media.path(), "--answers",
        answers,   "--greedy",    "--max-new-tokens",     "16",      "--json"};
    const Json words = json_of(run_eval(command, out));
    EXPECT_EQ(words["rule"], "words");
    EXPECT_FALSE(words.contains("score"));
    int count = 0;
    const JudgeServer server([&](const std::string&) {
        return JudgeReply{200, JudgeServer::says(++count == 1 ? "{'pred': 'yes', 'score': 5}"
                                                              : "{'pred': 'no', 'score': 2}")};
    });
    const Json judged = json_of(run_eval(
        {"videoqa", "--score", answers, "--judge", server.address(), "--judge-jobs", "1", "--json"},
        out));
    EXPECT_NEAR(judged["accuracy"].get<double>(), 1.0 / 3, 1e-9);
    EXPECT_NEAR(judged["score"].get<double>(), 3, 1e-9);
    // The judge file beside the answers is used from now on.
    EXPECT_EQ(json_of(run_eval({"videoqa", "--score", answers, "--json"}, out))["accuracy"],
              judged["accuracy"]);
}

TEST(EvalCli, ImageQuestionsWithALocalJudgeAndAnEndpoint) {
    const Media media;
    const ScratchFolder out;
    const std::string answers = (out / "image.jsonl").string();
    // The demo model cannot judge: its words are counted as unreadable, never dropped.
    const Json local = json_of(
        run_eval({"image", "--questions", sample("image_questions.jsonl"), "--media", media.path(),
                  "--answers", answers, "--max-new-tokens", "16", "--judge-model",
                  std::string(UNIVI_SOURCE_DIR) + "/resources/demo", "--json"},
                 out));
    EXPECT_EQ(local["unreadable"], 3);
    EXPECT_FALSE(local.contains("all"));
    const JudgeServer server([](const std::string&) {
        return JudgeReply{200, JudgeServer::says("8 4\nShort.")};
    });
    const Json judged =
        json_of(run_eval({"image", "--questions", sample("image_questions.jsonl"), "--score",
                          answers, "--judge", server.address(), "--json"},
                         out));
    for (const char* category : {"conv", "detail", "complex", "all"})
        EXPECT_EQ(judged[category], 50.0);
    EXPECT_EQ(lines_in(out / "image.review.jsonl"), 3u);
}

TEST(EvalCli, AJudgeOutOfCreditLosesNothing) {
    const Media media;
    const ScratchFolder out;
    const std::string answers = (out / "a.jsonl").string();
    int count = 0;
    const JudgeServer server([&](const std::string&) {
        if (++count == 2) return JudgeReply{402, "{}"};
        return JudgeReply{200, JudgeServer::says("{'pred': 'yes', 'score': 5}")};
    });
    const std::vector<std::string> command{"videoqa",
                                           "--questions",
                                           sample("msvd_qa.json"),
                                           "--media",
                                           media.path(),
                                           "--answers",
                                           answers,
                                           "--max-new-tokens",
                                           "8",
                                           "--judge",
                                           server.address(),
                                           "--judge-jobs",
                                           "1",
                                           "--json"};
    const auto failed = run_eval(command, out);
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_NE(failed.err.find("no credit left (402)"), std::string::npos) << failed.err;
    EXPECT_EQ(lines_in(answers), 3u);
    EXPECT_EQ(json_of(run_eval(command, out))["accuracy"], 1.0);
    EXPECT_EQ(count, 4);  // one before, the refusal, and the two that were left
}

TEST(EvalCli, BadUsageIsAnswered) {
    const ScratchFolder out;
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{"eval", "--questions", "x"}, "The task eval is not known"},
        {{"pope"}, "--questions"},
        {{"pope", "--questions", sample("pope_random.jsonl")}, "--answers"},
        {{"pope", "--questions", sample("pope_random.jsonl"), "--answers", "a.jsonl"}, "--media"},
        {{"pope", "--questions", sample("pope_random.jsonl"), "--media", ".", "--answers",
          "a.jsonl", "--shard", "3/2"},
         "shard"},
        {{"image", "--score", sample("image_reference_answers.jsonl")}, "--questions"},
        {{"videoqa", "--score", "x", "--judge", "http://example.com"}, ""}};
    for (const auto& [arguments, words] : cases) {
        const auto result = run_eval(arguments, out);
        EXPECT_NE(result.exit_code, 0);
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
    }
}

}  // namespace
}  // namespace univi::test
