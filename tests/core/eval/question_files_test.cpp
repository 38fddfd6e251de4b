// The published question files, small sets in the same forms, and what is wrong with broken ones.

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/eval/media_folder.h"
#include "core/eval/question_files.h"
#include "core/eval/science_qa.h"
#include "tests/support/scratch_folder.h"

namespace univi::eval {
namespace {

std::string sample(const std::string& name) {
    return std::string(UNIVI_TEST_DATA) + "/eval/" + name;
}

/// The sentence a file is refused with.
std::string refusal(Task task, const std::string& name, const std::string& text) {
    const test::ScratchFolder folder;
    try {
        read_question_set(task, folder.write(name, text));
    } catch (const base::Error& error) {
        return error.what();
    }
    return "(accepted)";
}

TEST(QuestionFiles, PopeSets) {
    for (const char* name : {"random", "popular", "adversarial"}) {
        const auto set =
            read_question_set(Task::Pope, sample(std::string("pope_") + name + ".jsonl"));
        EXPECT_EQ(set.name, name);
        ASSERT_EQ(set.items.size(), 6u);
        EXPECT_EQ(set.items[0].id, 1);
        EXPECT_EQ(set.items[0].expected, "yes");
        EXPECT_EQ(set.items[0].medium, "fruit.jpg");
        EXPECT_EQ(set.sha256.size(), 64u);
    }
}

TEST(QuestionFiles, ImageQuestionsHaveTheirCategory) {
    const auto set = read_question_set(Task::Image, sample("image_questions.jsonl"));
    ASSERT_EQ(set.items.size(), 3u);
    EXPECT_EQ(set.items[1].category, "detail");
    EXPECT_EQ(set.items[1].columns, std::vector<std::string>{"detail"});
}

TEST(QuestionFiles, VideoSetsAreToldByFormAndName) {
    EXPECT_EQ(read_question_set(Task::Video, sample("video_generic.json")).name, "generic");
    EXPECT_EQ(read_question_set(Task::Video, sample("video_temporal.json")).name, "temporal");
    const auto two = read_question_set(Task::Video, sample("video_consistency.json"));
    EXPECT_EQ(two.name, "consistency");
    EXPECT_EQ(two.items[0].prompts.size(), 2u);
    EXPECT_TRUE(two.items[0].is_video);
}

/// The first text was made when the second is missed: nothing that was never made may be destroyed.
TEST(QuestionFiles, AFirstQuestionWithoutItsSecondIsOneSentence) {
    const std::string one =
        R"([{"Q1": "What is it, in many words?", "A": "A car.", "video_name": "v"}])";
    EXPECT_NE(refusal(Task::Video, "consistency_qa.json", one).find("\"Q2\""), std::string::npos);
    const std::string two =
        R"([{"Q2": "What is it, in many words?", "A": "A car.", "video_name": "v"}])";
    EXPECT_NE(refusal(Task::Video, "consistency_qa.json", two).find("\"Q1\""), std::string::npos);
}

TEST(QuestionFiles, AByteOrderMarkChangesNothing) {
    const std::string mark = "\xef\xbb\xbf";
    const std::pair<Task, const char*> files[] = {{Task::Video, "video_generic.json"},
                                                  {Task::VideoQa, "msvd_qa.json"},
                                                  {Task::Pope, "pope_random.jsonl"},
                                                  {Task::Image, "image_questions.jsonl"}};
    for (const auto& [task, name] : files) {
        const test::ScratchFolder folder;
        const auto plain = read_question_set(task, sample(name));
        const auto marked =
            read_question_set(task, folder.write(name, mark + base::read_file(sample(name))));
        ASSERT_EQ(marked.items.size(), plain.items.size()) << name;
        for (std::size_t i = 0; i < plain.items.size(); ++i) {
            EXPECT_EQ(marked.items[i].key, plain.items[i].key);
            EXPECT_EQ(marked.items[i].prompts, plain.items[i].prompts);
        }
    }
    EXPECT_NE(refusal(Task::VideoQa, "w.json", std::string("\xff\xfe[\0]\0", 6)).find("UTF-16"),
              std::string::npos);
}

TEST(QuestionFiles, TheFourVideoQaSets) {
    for (const char* name : {"msrvtt", "msvd", "tgif", "activitynet"}) {
        const auto set = read_question_set(Task::VideoQa, sample(std::string(name) + "_qa.json"));
        EXPECT_EQ(set.name, name);
        ASSERT_EQ(set.items.size(), 3u);
        EXPECT_EQ(set.items[0].prompts[0], "what is driving?");
        EXPECT_EQ(set.items[0].expected, "car");
    }
}

TEST(QuestionFiles, ScienceQaFindsProblemsAndSplitBesideIt) {
    const auto set = read_question_set(Task::ScienceQa, sample("scienceqa_questions.json"));
    ASSERT_EQ(set.items.size(), 3u);
    const Item& plant = set.items[0];
    EXPECT_EQ(plant.prompts[0],
              "Question: Which of these grows on a tree?\nOptions: (A) a boat (B) an apple");
    EXPECT_EQ(plant.medium, "4/image.png");
    EXPECT_EQ(plant.expected, "B");
    EXPECT_EQ(plant.columns, (std::vector<std::string>{"NAT", "IMG", "G1-6"}));
    EXPECT_EQ(set.items[1].columns, (std::vector<std::string>{"LAN", "TXT", "G7-12"}));
    EXPECT_EQ(set.items[2].columns, (std::vector<std::string>{"SOC", "NO", "G1-6"}));
    EXPECT_TRUE(set.items[1].medium.empty());
}

TEST(QuestionFiles, ScienceQaFromProblemsAloneAsksTheSame) {
    const auto questions = read_question_set(Task::ScienceQa, sample("scienceqa_questions.json"));
    const auto problems = read_question_set(Task::ScienceQa, sample("scienceqa_problems.json"));
    ASSERT_EQ(problems.items.size(), 3u);  // the one of another split is left out, and said so
    EXPECT_EQ(problems.notes.size(), 1u);
    for (const Item& item : questions.items) {
        const auto same = std::find_if(problems.items.begin(), problems.items.end(),
                                       [&](const Item& other) { return other.key == item.key; });
        ASSERT_NE(same, problems.items.end());
        EXPECT_EQ(same->prompts, item.prompts);
        EXPECT_EQ(same->medium, item.medium);
        EXPECT_EQ(same->expected, item.expected);
    }
}

TEST(QuestionFiles, ScienceQaWithoutProblemsTakesTheLetterOfTheSolution) {
    const test::ScratchFolder folder;
    const auto file = folder.write(
        "alone.json",
        R"([{"id": 7, "conversations": [{"from": "human", "value": "Q?\nOptions: (A) x (B) y"},
            {"from": "gpt", "value": "Reasons.\n###\nANSWER: B."}]}])");
    const auto set = read_question_set(Task::ScienceQa, file);
    EXPECT_EQ(set.items[0].expected, "B");
    EXPECT_EQ(set.items[0].choices.size(), 2u);
    EXPECT_EQ(set.items[0].id, 7);
}

TEST(QuestionFiles, BrokenOnesAreNamedByLineAndField) {
    const std::string good = R"({"question_id": 1, "image": "a.jpg", "text": "t", "label": "yes"})";
    EXPECT_NE(refusal(Task::Pope, "p.jsonl", good + "\n\n{\"question_id\": 2}")
                  .find("p.jsonl, line 3 needs a string \"image\""),
              std::string::npos);
    EXPECT_NE(refusal(Task::Pope, "p.jsonl", good + "\n" + good).find("twice"), std::string::npos);
    EXPECT_NE(refusal(Task::Pope, "p.jsonl",
                      R"({"question_id": 1, "image": "a", "text": "t", "label": "maybe"})")
                  .find("yes or no"),
              std::string::npos);
    EXPECT_NE(refusal(Task::Pope, "p.jsonl", "\n").find("no questions"), std::string::npos);
    EXPECT_NE(refusal(Task::Pope, "p.jsonl", "\x89PNG\r\n").find("line 1"), std::string::npos);
    EXPECT_NE(refusal(Task::VideoQa, "v.json", R"([{"question": "q", "answer": "a"}])")
                  .find("item 1 needs a string \"video_name\""),
              std::string::npos);
    EXPECT_NE(
        refusal(
            Task::Video, "v.json",
            R"([{"Q": "q", "A": "a", "video_name": "x"}, {"Q1": "q", "A": "a", "video_name": "x"}])")
            .find("item 2 needs a string \"Q2\""),
        std::string::npos);
    EXPECT_NE(refusal(Task::Image, "i.jsonl", R"({"question_id": 0, "image": "a", "text": "t"})")
                  .find("\"category\""),
              std::string::npos);
    EXPECT_NE(refusal(Task::ScienceQa, "s.json",
                      R"([{"id": "1", "conversations": [{"from": "human", "value": "x"}]}])")
                  .find("conversations"),
              std::string::npos);
    EXPECT_NE(
        refusal(
            Task::ScienceQa, "problems.json",
            R"({"1": {"question": "q", "choices": ["a"], "answer": 1, "grade": "grade1", "subject": "natural science"}})")
            .find("problem \"1\""),
        std::string::npos);
    // The right form for another task.
    EXPECT_NE(refusal(Task::VideoQa, "g.json", R"([{"Q": "q", "A": "a", "video_name": "x"}])")
                  .find("\"question\""),
              std::string::npos);
    EXPECT_NE(refusal(Task::ScienceQa, "t.json", "3").find("LLaVA"), std::string::npos);
}

TEST(MediaFolder, FindsWhatThePublishedScriptsFindAndNothingOutside) {
    const test::ScratchFolder folder;
    folder.write("000000001.jpg", "x");
    folder.write("v_clip.avi", "x");
    folder.write("clip.mkv", "x");
    folder.write("cat.gif", "x");
    const MediaFolder media(folder.path());
    Item item;
    item.medium = "COCO_val2014_000000001.jpg";
    EXPECT_EQ(media.find(item)->filename(), "000000001.jpg");
    item.medium = "../" + folder.path().filename().string() + "/000000001.jpg";
    EXPECT_FALSE(media.find(item));
    item.medium = (folder / "000000001.jpg").string();
    EXPECT_FALSE(media.find(item));
    item.is_video = true;
    item.medium = "clip";
    EXPECT_EQ(media.find(item)->filename(), "v_clip.avi");  // by ending first, as published
    item.medium = "cat";
    EXPECT_EQ(media.find(item)->filename(), "cat.gif");
    item.medium = "clip.mkv";
    EXPECT_EQ(media.find(item)->filename(), "clip.mkv");
    item.medium = "nothing";
    EXPECT_FALSE(media.find(item));
}

TEST(ScienceQaLetter, TheSingleSentenceWinsElseTheBestOption) {
    EXPECT_EQ(science_qa_letter("Reasons.\n The answer is B.", "A"), "B");
    EXPECT_EQ(science_qa_letter("The answer is B. The answer is C.", "A"), "A");  // two letters
    EXPECT_EQ(science_qa_letter("The answer is B", "A"), "A");  // nothing follows, as published
    EXPECT_EQ(science_qa_letter("The answer is Bathtub", "A"), "B");  // the published dot
    EXPECT_EQ(science_qa_letter("The answer is b.", "A"), "A");
    EXPECT_EQ(science_qa_letter("The answer is B\n", "A"), "A");  // its dot is no newline
    EXPECT_EQ(science_qa_letter("", "D"), "D");
    EXPECT_EQ(science_qa_letter("", ""), "");
    EXPECT_EQ(science_qa_letter("The answer is The answer is C.", "A"), "T");  // as its findall
    EXPECT_EQ(option_letters("Options: (A) x (B) y (D) z"),
              (std::vector<std::string>{"A", "B", "D"}));
}

}  // namespace
}  // namespace univi::eval
