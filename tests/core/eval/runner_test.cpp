// Answer files and runs, with a model that is none.

#include "core/eval/runner.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/eval/question_files.h"
#include "tests/support/scratch_folder.h"

namespace univi::eval {
namespace {

using base::Error;
using base::ErrorKind;

std::string sample(const std::string& name) {
    return std::string(UNIVI_TEST_DATA) + "/eval/" + name;
}

/// Says what it was asked; ends the "process" by an exception before question `dies_at`.
class TellingAsker : public Asker {
  public:
    std::string reply(const Ask& ask, const base::StopToken&) override {
        count();
        asked.push_back(ask);
        return "I saw " + ask.text + " with seed " + std::to_string(ask.seed);
    }
    std::vector<std::vector<float>> candidate_logits(const std::vector<Ask>& asks,
                                                     const std::vector<std::string>& candidates,
                                                     const base::StopToken&) override {
        std::vector<std::vector<float>> out;
        for (const Ask& ask : asks) {
            count();
            asked.push_back(ask);
            if (ask.medium.find("broken") != std::string::npos)
                throw Error(ErrorKind::Media, "It is broken.");
            std::vector<float> row;
            for (std::size_t i = 0; i < candidates.size(); ++i)
                row.push_back(float((ask.text.size() * (i + 3)) % 7));
            out.push_back(row);
        }
        largest_batch = std::max(largest_batch, asks.size());
        return out;
    }
    std::vector<Ask> asked;
    std::size_t largest_batch = 0;
    int dies_at = -1;

  private:
    void count() {
        if (calls_++ == dies_at) throw Error(ErrorKind::Internal, "killed");
    }
    int calls_ = 0;
};

/// A folder with every picture and clip the sample sets name.
class Media {
  public:
    Media() {
        for (const char* name : {"fruit.jpg", "sea.jpg", "street.jpg", "v_drive.mp4",
                                 "v_visitor.mp4", "v_one_after_another.mp4"})
            folder_.write(name, "x");
        std::filesystem::create_directories(folder_.path() / "4");
        folder_.write("4/image.png", "x");
    }
    MediaFolder get() const { return MediaFolder(folder_.path()); }
    const test::ScratchFolder& folder() const { return folder_; }

  private:
    test::ScratchFolder folder_;
};

RunOptions options(int batch = 1) {
    RunOptions run;
    run.model_id = "test";
    run.batch = batch;
    return run;
}

struct Sample {
    Task task;
    const char* file;
};
const std::vector<Sample> kSamples{{Task::Pope, "pope_random.jsonl"},
                                   {Task::Image, "image_questions.jsonl"},
                                   {Task::ScienceQa, "scienceqa_questions.json"},
                                   {Task::Video, "video_generic.json"},
                                   {Task::Video, "video_consistency.json"},
                                   {Task::VideoQa, "msvd_qa.json"}};

TEST(Runner, ResumesAfterAKillAtEveryCallWithTheSameFile) {
    const Media media;
    for (const Sample& sample_set : kSamples) {
        const QuestionSet set = read_question_set(sample_set.task, sample(sample_set.file));
        const test::ScratchFolder folder;
        TellingAsker whole;
        AnswerLog log(set.task, folder / "whole.jsonl");
        run_questions(set, media.get(), whole, log, options(), {}, {});
        const std::string expected = base::read_file(folder / "whole.jsonl");
        ASSERT_EQ(log.answers().size(), set.items.size());
        for (int kill = 0; kill < int(whole.asked.size()); ++kill) {
            const auto path = folder / ("killed" + std::to_string(kill) + ".jsonl");
            TellingAsker first;
            first.dies_at = kill;
            AnswerLog before(set.task, path);
            EXPECT_THROW(run_questions(set, media.get(), first, before, options(), {}, {}), Error);
            // A line cut in the middle of its write, as a killed process leaves it.
            const std::string kept = base::read_file(path);
            base::write_file_atomically(path, kept + "{\"question_id\": 9, \"te");
            TellingAsker second;
            AnswerLog after(set.task, path);
            run_questions(set, media.get(), second, after, options(), {}, {});
            EXPECT_EQ(base::read_file(path), expected) << sample_set.file << " killed at " << kill;
            const std::size_t done = std::count(kept.begin(), kept.end(), '\n');
            const std::size_t calls_each = whole.asked.size() / set.items.size();
            EXPECT_EQ(second.asked.size(),
                      whole.asked.size() - done * calls_each);  // nothing twice
        }
    }
}

TEST(Runner, BatchesGiveTheSameFileAsOneByOne) {
    const Media media;
    const QuestionSet set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    const test::ScratchFolder folder;
    std::string expected;
    for (const int batch : {1, 2, 4, 100}) {
        TellingAsker asker;
        AnswerLog log(set.task, folder / (std::to_string(batch) + ".jsonl"));
        run_questions(set, media.get(), asker, log, options(batch), {}, {});
        EXPECT_EQ(asker.largest_batch, std::min<std::size_t>(std::size_t(batch), 6));
        const std::string text = base::read_file(log.path());
        if (batch == 1) expected = text;
        EXPECT_EQ(text, expected);
    }
}

TEST(Runner, ShardsCutAsPublishedAndShareAFile) {
    EXPECT_EQ(shard_range(10, 0, 3), (std::pair<std::size_t, std::size_t>{0, 4}));
    EXPECT_EQ(shard_range(10, 2, 3), (std::pair<std::size_t, std::size_t>{8, 10}));
    EXPECT_EQ(shard_range(2, 3, 4), (std::pair<std::size_t, std::size_t>{2, 2}));
    const Media media;
    const QuestionSet set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    const test::ScratchFolder folder;
    TellingAsker asker;
    AnswerLog one(set.task, folder / "one.jsonl"), shared(set.task, folder / "shared.jsonl");
    run_questions(set, media.get(), asker, one, options(), {}, {});
    for (const int shard : {2, 0, 3, 1}) {
        RunOptions run = options();
        run.shard = shard;
        run.num_shards = 4;
        run_questions(set, media.get(), asker, shared, run, {}, {});
    }
    EXPECT_EQ(base::read_file(folder / "shared.jsonl"), base::read_file(folder / "one.jsonl"));
    RunOptions wrong = options();
    wrong.shard = 4;
    wrong.num_shards = 4;
    EXPECT_THROW(run_questions(set, media.get(), asker, shared, wrong, {}, {}), Error);
}

TEST(Runner, MissingAndBrokenMediaAreListedAndTriedAgain) {
    const Media media;
    QuestionSet set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    set.items[1].medium = "absent.jpg";
    set.items[3].medium = "broken.jpg";
    media.folder().write("broken.jpg", "x");
    const test::ScratchFolder folder;
    AnswerLog log(set.task, folder / "a.jsonl");
    for (const int batch : {4, 1}) {
        TellingAsker asker;
        RunProgress last;
        RunObserver observer;
        observer.on_progress = [&](const RunProgress& progress) { last = progress; };
        const auto summary =
            run_questions(set, media.get(), asker, log, options(batch), observer, {});
        ASSERT_EQ(summary.unanswered.size(), 2u);
        EXPECT_EQ(summary.unanswered[0].medium, "absent.jpg");
        EXPECT_NE(summary.unanswered[0].reason.find("no picture of the name absent.jpg"),
                  std::string::npos);
        EXPECT_EQ(summary.unanswered[1].reason, "It is broken.");
        EXPECT_EQ(summary.answered, 4u);
        EXPECT_EQ(last.done, 6u);
        EXPECT_EQ(last.unanswered, 2u);
        EXPECT_EQ(log.answers().size(), 4u);
    }
    // The files turn up: the answers end in the questions' order.
    media.folder().write("absent.jpg", "x");
    set.items[3].medium = "sea.jpg";
    TellingAsker asker;
    const auto summary = run_questions(set, media.get(), asker, log, options(), {}, {});
    EXPECT_TRUE(summary.unanswered.empty());
    EXPECT_EQ(asker.asked.size(), 2u);
    const auto answers = log.answers();
    for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].id, i + 1);
}

TEST(Runner, AStopKeepsWhatWasAnswered) {
    const Media media;
    const QuestionSet set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    const test::ScratchFolder folder;
    base::StopSource source;
    TellingAsker asker;
    AnswerLog log(set.task, folder / "a.jsonl");
    RunObserver observer;
    observer.on_answer = [&](const Item& item, const Given&) {
        if (item.id == 3) source.request_stop();
    };
    EXPECT_THROW(
        run_questions(set, media.get(), asker, log, options(), observer, source.get_token()),
        Error);
    EXPECT_EQ(log.answers().size(), 3u);
}

TEST(Runner, AFullDiskEndsTheRunWithAWholeFile) {
    const Media media;
    const QuestionSet set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    const test::ScratchFolder folder;
    TellingAsker asker;
    AnswerLog log(set.task, folder / "a.jsonl");
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{500, before.rlim_max};  // two answers and a half
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    EXPECT_THROW(run_questions(set, media.get(), asker, log, options(), {}, {}), Error);
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    const std::string text = base::read_file(log.path());
    EXPECT_TRUE(text.ends_with("}\n"));
    EXPECT_EQ(log.answers().size(), 2u);
    run_questions(set, media.get(), asker, log, options(), {}, {});
    EXPECT_EQ(log.answers().size(), 6u);
}

TEST(Runner, ScienceQaGoesInTwoSteps) {
    const Media media;
    const QuestionSet set = read_question_set(Task::ScienceQa, sample("scienceqa_questions.json"));
    const test::ScratchFolder folder;
    TellingAsker asker;
    AnswerLog log(set.task, folder / "a.jsonl");
    run_questions(set, media.get(), asker, log, options(), {}, {});
    ASSERT_EQ(asker.asked.size(), 9u);
    EXPECT_EQ(asker.asked[0].reply_start, "");
    EXPECT_NE(asker.asked[0].medium.find("4/image.png"), std::string::npos);
    const std::string reasons = "I saw " + set.items[0].prompts[0] + " with seed 42";
    EXPECT_EQ(asker.asked[1].reply_start, reasons + " ###\nANSWER:");
    EXPECT_EQ(asker.asked[2].reply_start, reasons + " ###\nANSWER:");
    EXPECT_EQ(asker.asked[2].max_new_tokens, 64);
    EXPECT_TRUE(asker.asked[3].medium.empty());
    EXPECT_EQ(asker.asked[3].seed, 43u);
    const auto answers = log.answers();
    EXPECT_TRUE(answers[0].given.texts[0].starts_with(reasons + "\n The answer is I saw"));
    EXPECT_EQ(answers[0].prompts[0], "<image>\n" + set.items[0].prompts[0]);
    EXPECT_EQ(answers[1].prompts[0], set.items[1].prompts[0]);
}

TEST(Runner, PopeReasonsFirstWhenAsked) {
    const Media media;
    QuestionSet set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    set.items.resize(1);
    const test::ScratchFolder folder;
    TellingAsker asker;
    AnswerLog log(set.task, folder / "a.jsonl");
    RunOptions run = options();
    run.reasoning = true;
    run_questions(set, media.get(), asker, log, run, {}, {});
    const std::string reply = "I saw Is there an apple in the image? with seed 42";
    EXPECT_EQ(asker.asked[1].reply_start, reply + " The answer is ");
    const auto answers = log.answers();
    EXPECT_EQ(answers[0].given.reasoning, reply + " The answer is " + answers[0].given.texts[0]);
}

TEST(AnswerFiles, HaveThePublishedFields) {
    Item item;
    item.id = 5;
    item.key = "5";
    item.prompts = {"Is it?"};
    item.expected = "no";
    const auto pope = answer_line(Task::Pope, item, {{"Yes"}, "", " The answer is Yes"}, "m");
    EXPECT_TRUE(pope.dump().starts_with(
        R"({"question_id":5,"prompt":"Is it?","outputs_reasoning":" The answer is Yes","text":"Yes","label":"no",)"));
    EXPECT_EQ(pope["answer_id"].get<std::string>().size(), 22u);
    EXPECT_TRUE(pope["metadata"].is_object());
    EXPECT_EQ(pope["model_id"], "m");
    EXPECT_EQ(answer_line(Task::ScienceQa, item, {{"t"}, "B", ""}, "m")["pred"], "B");
    EXPECT_FALSE(answer_line(Task::Image, item, {{"t"}, "", ""}, "m").contains("pred"));
    item.medium = "clip";
    item.is_video = true;
    EXPECT_EQ(answer_line(Task::VideoQa, item, {{"t"}, "", ""}, "m")["answer"], "no");
    item.prompts = {"a?", "b?"};
    const auto two = answer_line(Task::Video, item, {{"x", "y"}, "", ""}, "m");
    EXPECT_EQ(two["prompt_2"], "b?");
    EXPECT_EQ(two["text_1"], "x");
    EXPECT_FALSE(two.contains("prompt"));
}

/// A question file names a clip whose name is no UTF-8 by its bytes; the run finds it, and goes on
/// where it was.
TEST(Runner, MediaOfAnyBytesAreAskedAboutOnce) {
    const test::ScratchFolder folder;
    folder.write("caf\xE9.mp4", "x");
    folder.write("q.json", R"([{"video_name": "caf\uFFFD", "path_bytes": "caf%E9", )"
                           R"("question": "What?", "answer": "a cup"}])");
    const QuestionSet set = read_question_set(Task::VideoQa, folder / "q.json");
    EXPECT_EQ(set.items[0].medium, "caf\xE9");
    RunOptions run = options();
    run.model_id = "mod\xE8le";
    TellingAsker asker;
    for (int times = 0; times < 2; ++times) {
        AnswerLog log(Task::VideoQa, folder / "a.jsonl");
        const RunSummary done =
            run_questions(set, MediaFolder(folder.path()), asker, log, run, {}, {});
        EXPECT_EQ(done.answered, 1u);
        EXPECT_TRUE(done.unanswered.empty());
    }
    ASSERT_EQ(asker.asked.size(), 1u) << "the second run had its answer";
    EXPECT_EQ(asker.asked[0].medium, (folder / "caf\xE9.mp4").string());
    const base::Json line = base::parse_json(base::read_file(folder / "a.jsonl"), "answers");
    EXPECT_EQ(line["path_bytes"], "caf%E9");
    EXPECT_EQ(line["model_id_bytes"], "mod%E8le");
    EXPECT_EQ(read_answers(Task::VideoQa, folder / "a.jsonl")[0].video_name, "caf\xE9");
}

TEST(AnswerFiles, PublishedOnesAreRead) {
    const test::ScratchFolder folder;
    const auto file = folder.write(
        "answers.jsonl",
        R"({"video_name": "v_1", "prompt": "q?", "text": "t", "answer_id": "LkJ", "model_id": "ChatUniVi", "answer": "a", "metadata": {}})"
        "\n");
    const auto set = questions_from_answers(Task::VideoQa, file);
    EXPECT_EQ(set.items[0].expected, "a");
    EXPECT_EQ(set.items[0].prompts[0], "q?");
    EXPECT_THROW(questions_from_answers(Task::Image, file), Error);
    EXPECT_THROW(read_answers(Task::Pope, file), Error);
}

TEST(AnswerFiles, EqualQuestionsNeedAnAnswerEach) {
    std::vector<Answer> answers(2);
    answers[0].key = answers[1].key = "clip\nq?";
    AnswerMatch match(answers);
    EXPECT_EQ(match.take("clip\nq?"), &answers[0]);
    EXPECT_EQ(match.take("clip\nq?"), &answers[1]);
    EXPECT_EQ(match.take("clip\nq?"), nullptr);
}

}  // namespace
}  // namespace univi::eval
