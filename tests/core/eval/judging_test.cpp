// Judges: addresses, errors of an endpoint, cache, verdict files.

#include "core/eval/judging.h"
#include "core/eval/verdict_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "core/base/error.h"
#include "core/eval/http_judge.h"
#include "core/eval/question_files.h"
#include "core/eval/scoring.h"
#include "tests/support/judge_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::eval {
namespace {

using base::Error;
using test::JudgeReply;
using test::JudgeServer;

std::string sample(const std::string& name) {
    return std::string(UNIVI_TEST_DATA) + "/eval/" + name;
}

std::vector<std::filesystem::path> shipped_templates() {
    return {std::string(UNIVI_SOURCE_DIR) + "/resources/evaluation/judge"};
}

/// A judge that says what a test wants and counts.
class ScriptedJudge : public Judge {
  public:
    explicit ScriptedJudge(std::function<std::string(const JudgeRequest&)> says)
        : says_(std::move(says)) {}
    std::string ask(const JudgeRequest& request, const base::StopToken&) override {
        ++asked;
        return says_(request);
    }
    std::string name() const override { return "scripted"; }
    int asked = 0;

  private:
    std::function<std::string(const JudgeRequest&)> says_;
};

/// A set whose every item was answered "it is so".
struct Answered {
    explicit Answered(Task task, const std::string& file)
        : set(read_question_set(task, sample(file))) {
        for (const Item& item : set.items) {
            Answer answer;
            answer.key = item.key;
            answer.id = item.id;
            answer.answer_id = "ours";
            answer.given.texts.assign(item.prompts.size(), "it is so");
            answers.push_back(answer);
        }
    }
    std::vector<const Answer*> ordered() const { return answers_in_order(set, answers); }
    QuestionSet set;
    std::vector<Answer> answers;
};

Verdicts judge(const Answered& answered, Judge& judge, JudgeCache& cache,
               const ImageMaterial* image = nullptr) {
    const JudgeTemplates templates(shipped_templates(), axes_of(answered.set));
    JudgeOptions options;
    options.templates = &templates;
    options.image = image;
    return judge_answers(answered.set, answered.ordered(), judge, cache, options, {});
}

ImageMaterial image_material() {
    return {read_image_contexts(sample("image_context.jsonl")),
            read_image_rules(sample("image_rules.json")),
            read_reference_answers(sample("image_reference_answers.jsonl"))};
}

HttpJudge http(const JudgeServer& server, const std::string& key = "", double timeout_s = 5) {
    HttpJudgeOptions options;
    options.address = parse_judge_address(server.address());
    options.model = "m";
    options.key = key;
    options.tries = 3;
    options.first_wait_s = 0.01;
    options.timeout_s = timeout_s;
    options.jobs = 1;
    return HttpJudge(options);
}

std::string failure(Judge& judge) {
    try {
        return "(" + judge.ask({"s", "u", 0}, {}) + ")";
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(JudgeAddress, IsChecked) {
    EXPECT_EQ(parse_judge_address("https://api.openai.com/v1").path, "/v1/chat/completions");
    EXPECT_EQ(parse_judge_address("https://api.openai.com").path, "/v1/chat/completions");
    EXPECT_EQ(parse_judge_address("https://x.org/a/chat/completions/").path, "/a/chat/completions");
    EXPECT_EQ(parse_judge_address("http://localhost:8000/v1").origin, "http://localhost:8000");
    EXPECT_EQ(parse_judge_address("http://[::1]:80").host, "[::1]");
    EXPECT_TRUE(parse_judge_address("http://127.0.0.1:1").is_local);
    for (const char* bad : {"", "api.openai.com", "ftp://x.org", "http://example.com/v1",
                            "https://", "https://user:key@x.org/v1", "https://x.org/v1?key=1",
                            "https://x.org#a", "https://x.org:99999", "https://x.org:",
                            "https://x y.org", "https://x.org/a b", "http://127.evil.org@x.org"})
        EXPECT_THROW(parse_judge_address(bad), Error) << bad;
}

TEST(JudgeKey, ComesFromTheEnvironmentAndMustBeOne) {
    ::setenv("OPENAI_API_KEY", "second", 1);
    ::setenv("UNIVI_JUDGE_KEY", "first\n", 1);
    std::string from;
    EXPECT_EQ(find_judge_key("x.org", &from), "first");
    EXPECT_EQ(from, "UNIVI_JUDGE_KEY");
    ::unsetenv("UNIVI_JUDGE_KEY");
    EXPECT_EQ(find_judge_key("x.org"), "second");
    ::setenv("UNIVI_JUDGE_KEY", "a\r\nX-Injected: 1", 1);
    EXPECT_THROW(find_judge_key("x.org"), Error);
    ::unsetenv("UNIVI_JUDGE_KEY");
    ::unsetenv("OPENAI_API_KEY");
}

TEST(HttpJudge, SendsAChatRequestWithItsKey) {
    const JudgeServer server([](const std::string&) {
        return JudgeReply{200, JudgeServer::says("fine")};
    });
    HttpJudge judge = http(server, "secret");
    EXPECT_EQ(judge.ask({"be exact", "is it?", 0}, {}), "fine");
    const std::string request = server.requests().at(0);
    EXPECT_NE(request.find("Authorization: Bearer secret\r\n"), std::string::npos);
    const auto body = base::parse_json(request.substr(request.find("\r\n\r\n") + 4), "body");
    EXPECT_EQ(body["messages"][0]["role"], "system");
    EXPECT_EQ(body["messages"][1]["content"], "is it?");
    EXPECT_EQ(body["model"], "m");
    EXPECT_EQ(judge.name().find("secret"), std::string::npos);
}

TEST(HttpJudge, TriesAgainWhatMayGetBetter) {
    for (const JudgeReply& bad :
         {JudgeReply{429, "{}", "Retry-After: 0\r\n"}, JudgeReply{500, "oops"}, JudgeReply{503, ""},
          JudgeReply{200, "no json"}, JudgeReply{200, R"({"choices": []})"},
          JudgeReply{200, "", "", 0, true}}) {
        int count = 0;
        const JudgeServer server([&](const std::string&) {
            if (++count < 3) return bad;
            return JudgeReply{200, JudgeServer::says("at last")};
        });
        HttpJudge judge = http(server);
        EXPECT_EQ(judge.ask({"s", "u", 0}, {}), "at last") << bad.status;
        EXPECT_EQ(count, 3);
    }
    const JudgeServer down([](const std::string&) { return JudgeReply{500, ""}; });
    HttpJudge judge = http(down);
    EXPECT_NE(failure(judge).find("answers 500, 3 times"), std::string::npos);
    EXPECT_EQ(down.requests().size(), 3u);
}

TEST(HttpJudge, SaysAtOnceWhatWillNotGetBetter) {
    const std::vector<std::pair<JudgeReply, std::string>> cases{
        {{401, R"({"error": {"message": "bad key"}})"},
         "refuses the key (401): it says \"bad key\""},
        {{402, ""}, "no credit left (402)"},
        {{429, R"({"error": {"code": "insufficient_quota", "message": "pay"}})"},
         "no credit left (429)"},
        {{404, ""}, "refuses the request (404)"},
        {{302, "", "Location: http://127.0.0.1:1/\r\n"}, "sends the request elsewhere"}};
    for (const auto& [reply, words] : cases) {
        const JudgeServer server([&](const std::string&) { return reply; });
        HttpJudge judge = http(server, "secret");
        const std::string sentence = failure(judge);
        EXPECT_NE(sentence.find(words), std::string::npos) << sentence;
        EXPECT_EQ(sentence.find("secret"), std::string::npos);
        EXPECT_EQ(server.requests().size(), 1u);
    }
    const JudgeServer server([](const std::string&) { return JudgeReply{401, ""}; });
    HttpJudge judge = http(server);
    EXPECT_NE(failure(judge).find("wants a key (401)"), std::string::npos);
}

TEST(HttpJudge, ASlowOneEndsAndAStopIsSeen) {
    const JudgeServer server([](const std::string&) {
        return JudgeReply{200, JudgeServer::says("late"), "", 3000};
    });
    HttpJudge slow = http(server, "", 0.1);
    EXPECT_NE(failure(slow).find("gives no answer"), std::string::npos);
    HttpJudge patient = http(server, "", 60);
    base::StopSource source;
    std::thread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        source.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THROW(patient.ask({"s", "u", 0}, source.get_token()), Error);
    stopper.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(HttpJudge, NobodyThereIsASentence) {
    HttpJudgeOptions options;
    options.address = parse_judge_address("http://127.0.0.1:1/v1");
    options.model = "m";
    options.tries = 2;
    options.first_wait_s = 0.01;
    HttpJudge judge(options);
    EXPECT_NE(failure(judge).find("gives no answer"), std::string::npos);
}

TEST(Judging, AsksOnceAndASecondRunCostsNothing) {
    const test::ScratchFolder folder;
    const Answered answered(Task::Video, "video_generic.json");
    for (int run = 0; run < 2; ++run) {
        ScriptedJudge scripted([](const JudgeRequest&) { return "{'score': 4}"; });
        JudgeCache cache(folder / "cache.jsonl");
        const Verdicts verdicts = judge(answered, scripted, cache);
        EXPECT_EQ(scripted.asked, run == 0 ? 6 : 0);  // two clips, three axes
        const SetResult result = score_set(answered.set, answered.ordered(), verdicts);
        EXPECT_DOUBLE_EQ(result.metrics["correctness"].get<double>(), 80);
        EXPECT_DOUBLE_EQ(result.metrics["detail"].get<double>(), 80);
        EXPECT_DOUBLE_EQ(result.metrics["context"].get<double>(), 80);
    }
}

TEST(Judging, UnreadableVerdictsAreAskedAgainThenCounted) {
    const test::ScratchFolder folder;
    const Answered answered(Task::VideoQa, "msvd_qa.json");
    const auto says = [](const JudgeRequest& request) -> std::string {
        const bool first = request.user.find("what is driving?") != std::string::npos;
        const bool second = request.user.find("what is shown first?") != std::string::npos;
        if (first)
            return request.attempt < 2 ? "Shame on you for asking!" : "{'pred': 'yes', 'score': 5}";
        return second ? "{'pred': 'no', 'score': 1}" : "I will not do that.";
    };
    for (int run = 0; run < 2; ++run) {
        ScriptedJudge scripted(says);
        JudgeCache cache(folder / "cache.jsonl");
        const Verdicts verdicts = judge(answered, scripted, cache);
        EXPECT_EQ(scripted.asked, run == 0 ? 3 + 1 + 3 : 0);
        const SetResult result = score_set(answered.set, answered.ordered(), verdicts);
        EXPECT_DOUBLE_EQ(result.metrics["accuracy"].get<double>(), 0.5);
        EXPECT_DOUBLE_EQ(result.metrics["score"].get<double>(), 3);
        EXPECT_EQ(result.metrics["unreadable"], 1);
        EXPECT_EQ(result.metrics["count"], 2);
        EXPECT_EQ(result.items[2].verdict, "unreadable");
        EXPECT_EQ(result.items[2].note, "I will not do that.");
    }
}

TEST(Judging, AJudgeThatFailsLosesNothing) {
    const test::ScratchFolder folder;
    const Answered answered(Task::VideoQa, "msvd_qa.json");
    int left = 2;
    ScriptedJudge failing([&](const JudgeRequest&) -> std::string {
        if (left-- == 0) throw Error(base::ErrorKind::Device, "out of credit");
        return "{'pred': 'yes', 'score': 5}";
    });
    {
        JudgeCache cache(folder / "cache.jsonl");
        EXPECT_THROW(judge(answered, failing, cache), Error);
    }
    ScriptedJudge working([](const JudgeRequest&) { return "{'pred': 'yes', 'score': 5}"; });
    JudgeCache cache(folder / "cache.jsonl");
    judge(answered, working, cache);
    EXPECT_EQ(working.asked, 1);
}

TEST(Judging, ThreadsGiveTheSameVerdicts) {
    const JudgeServer server([](const std::string& body) {
        const bool yes = body.find("driving") != std::string::npos;
        return JudgeReply{200, JudgeServer::says(yes ? "{'pred': 'yes', 'score': 5}"
                                                     : "{\"pred\": \"no\", \"score\": 2}")};
    });
    HttpJudgeOptions options;
    options.address = parse_judge_address(server.address());
    options.model = "m";
    options.jobs = 3;
    HttpJudge threads(options);
    const test::ScratchFolder folder;
    JudgeCache cache(folder / "cache.jsonl");
    const Answered answered(Task::VideoQa, "msvd_qa.json");
    const SetResult result =
        score_set(answered.set, answered.ordered(), judge(answered, threads, cache));
    EXPECT_DOUBLE_EQ(result.metrics["accuracy"].get<double>(), 1.0 / 3);
    EXPECT_DOUBLE_EQ(result.metrics["score"].get<double>(), 3);
}

TEST(Judging, ImagePromptIsThePublishedOne) {
    const Answered answered(Task::Image, "image_questions.jsonl");
    const test::ScratchFolder folder;
    std::vector<std::string> prompts;
    ScriptedJudge scripted([&](const JudgeRequest& request) {
        prompts.push_back(request.user);
        return "8 6\nBecause.";
    });
    JudgeCache cache(folder / "cache.jsonl");
    const ImageMaterial material = image_material();
    const Verdicts verdicts = judge(answered, scripted, cache, &material);
    EXPECT_EQ(
        prompts.at(0),
        "[Context]\nSome fruit on a light ground.\nAn apple and other fruit.\n\n"
        "apple: [0.1, 0.2, 0.45, 0.6]\nbanana: [0.5, 0.0, 1.0, 0.5]\n\n"
        "[Question]\nWhich fruit is in the picture?\n\n"
        "[Assistant 1]\nThere is an apple in the picture.\n\n[End of Assistant 1]\n\n"
        "[Assistant 2]\nit is so\n\n[End of Assistant 2]\n\n"
        "[System]\nRate both answers from 1 to 10: two numbers on the first line, the reasons "
        "below.\n\n");
    const SetResult result = score_set(answered.set, answered.ordered(), verdicts);
    EXPECT_DOUBLE_EQ(result.metrics["conv"].get<double>(), 75);
    EXPECT_DOUBLE_EQ(result.metrics["all"].get<double>(), 75);
    // Written as published, and read again.
    const auto path = verdict_path(folder / "answers.jsonl", "image");
    EXPECT_EQ(path.filename(), "answers.review.jsonl");
    write_verdicts(path, "image", answered.set, answered.ordered(), verdicts, material.references);
    Verdicts again(answered.set.items.size());
    EXPECT_EQ(read_verdicts(path, "image", answered.set, answered.ordered(), again), 0u);
    EXPECT_DOUBLE_EQ(again[2].at("image").pair->ours, 6);
    EXPECT_TRUE(is_verdict_file(path));
    const VerdictSet alone = read_verdict_set(Task::Image, path);
    const SetResult scored =
        score_set(alone.set, answers_in_order(alone.set, alone.answers), alone.verdicts);
    EXPECT_DOUBLE_EQ(scored.metrics["complex"].get<double>(), 75);
}

TEST(Judging, PutInWordsAreNotLookedThroughAgain) {
    const JudgeTemplates templates(shipped_templates(), {"match"});
    const auto request = templates.fill(
        "match",
        {{"question", "{answer} {prediction}"}, {"answer", "a"}, {"prediction", "{question}"}});
    EXPECT_NE(request.user.find("Question: {answer} {prediction}\n"), std::string::npos);
    EXPECT_NE(request.user.find("Predicted answer: {question}\n"), std::string::npos);
    EXPECT_NE(request.user.find("{'pred': 'yes', 'score': 4}"), std::string::npos);
}

TEST(Judging, AUsersTemplateWins) {
    const test::ScratchFolder folder;
    folder.write("match.txt", "[system]\nMine\n[user]\n{prediction}?\n");
    auto folders = shipped_templates();
    folders.insert(folders.begin(), folder.path());
    const JudgeTemplates mine(folders, {"match"}), shipped(shipped_templates(), {"match"});
    EXPECT_EQ(mine.fill("match", {{"prediction", "x"}}).user, "x?");
    EXPECT_EQ(mine.fill("match", {}).system, "Mine");
    EXPECT_NE(mine.sha256(), shipped.sha256());
    folder.write("match.txt", "no sections");
    EXPECT_THROW(JudgeTemplates(folders, {"match"}), Error);
    EXPECT_THROW(JudgeTemplates({}, {"match"}), Error);
}

TEST(VerdictFiles, OfThePublishedVideoScriptsAreScored) {
    const test::ScratchFolder folder;
    // As the published scripts leave them: floats, strings, words around yes and no.
    const auto file = folder.write(
        "msvd.json",
        R"({"1_0": [{"pred": "Yes", "score": 4.8}, {"q": "what is driving?", "a": "car", "pred": "it is so"}],
            "1_1": [{"pred": "no", "score": "2"}, {"q": "what is shown first?", "a": "apple", "pred": "it is so"}],
            "1_2": [{"pred": "perhaps", "score": 3}, {"q": "who is coming?", "a": "cat", "pred": "it is so"}],
            "1_3": [{"pred": "no", "score": 2}, {"q": "a stranger?", "a": "x", "pred": "y"}]})");
    const Answered answered(Task::VideoQa, "msvd_qa.json");
    Verdicts verdicts(3);
    EXPECT_EQ(read_verdicts(file, "match", answered.set, answered.ordered(), verdicts), 1u);
    const SetResult result = score_set(answered.set, answered.ordered(), verdicts);
    EXPECT_DOUBLE_EQ(result.metrics["accuracy"].get<double>(), 0.5);
    EXPECT_DOUBLE_EQ(result.metrics["score"].get<double>(), 3);
    EXPECT_EQ(result.unread, 1u);
    EXPECT_TRUE(is_verdict_file(file));
    EXPECT_FALSE(is_verdict_file(sample("video_generic.json")));
    EXPECT_EQ(read_verdict_set(Task::VideoQa, file).set.items.size(), 4u);
    EXPECT_EQ(read_verdict_set(Task::VideoQa, file).set.name, "msvd");
}

TEST(VerdictFiles, VideoAxesGoThereAndBack) {
    const test::ScratchFolder folder;
    const Answered answered(Task::Video, "video_consistency.json");
    ScriptedJudge scripted([](const JudgeRequest& request) {
        EXPECT_NE(request.user.find("Question 2: Can you say"), std::string::npos);
        return "{'score': 3}";
    });
    JudgeCache cache(folder / "cache.jsonl");
    const Verdicts verdicts = judge(answered, scripted, cache);
    const auto path = folder / "a.consistency.json";
    write_verdicts(path, "consistency", answered.set, answered.ordered(), verdicts);
    const auto json = base::read_json_file(path);
    EXPECT_EQ(json.begin().value()[0]["score"], 3);
    EXPECT_EQ(json.begin().value()[1]["pred2"], "it is so");
    const VerdictSet alone = read_verdict_set(Task::Video, path);
    EXPECT_EQ(alone.set.name, "consistency");
    const SetResult result =
        score_set(alone.set, answers_in_order(alone.set, alone.answers), alone.verdicts);
    EXPECT_DOUBLE_EQ(result.metrics["consistency"].get<double>(), 60);
    const auto nameless =
        folder.write("x.json", R"({"a_0": [{"score": 1}, {"q": "q", "a": "a", "pred": "p"}]})");
    EXPECT_THROW(read_verdict_set(Task::Video, nameless), Error);
    EXPECT_EQ(read_verdict_set(Task::Video, nameless, "detail").axis, "detail");
}

TEST(JudgeCache, DropsACutLastLine) {
    const test::ScratchFolder folder;
    folder.write("c.jsonl", "{\"key\":\"a\",\"reply\":\"x\"}\n{\"key\":\"b\",\"re");
    JudgeCache cache(folder / "c.jsonl");
    EXPECT_EQ(cache.find("a"), "x");
    EXPECT_FALSE(cache.find("b"));
    cache.add("b", "y\nz");
    EXPECT_EQ(JudgeCache(folder / "c.jsonl").find("b"), "y\nz");
}

}  // namespace
}  // namespace univi::eval
