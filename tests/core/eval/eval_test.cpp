// Scoring without a model, on files in the published forms.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/eval/answer_file.h"
#include "core/eval/pope.h"
#include "core/eval/videoqa.h"

namespace univi::eval {
namespace {

std::filesystem::path file_with(const std::string& name, const std::string& text) {
    const auto path = std::filesystem::path(testing::TempDir()) / ("univi_eval_" + name);
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

TEST(Pope, ReadsTheReplyByTheBenchmarksRule) {
    for (const char* no : {"No", "no.", "No, there is no dog.", "There is not a dog in the image.",
                           "NO!", "No\nreally", "It is not."})
        EXPECT_FALSE(pope_reply_is_yes(no)) << no;
    for (const char* yes : {"Yes", "Yes. There is no cat though.", "I cannot say", "A knot", "",
                            "There is a dog", "nobody"})
        EXPECT_TRUE(pope_reply_is_yes(yes)) << yes;
}

TEST(Pope, MetricsAreThePublishedFormulas) {
    // 3 true positives, 1 false negative, 2 false positives, 4 true negatives.
    std::vector<PopeAnswer> answers;
    for (int i = 0; i < 3; ++i) answers.push_back({"Yes", true});
    answers.push_back({"No", true});
    for (int i = 0; i < 2; ++i) answers.push_back({"Yes, there is.", false});
    for (int i = 0; i < 4; ++i) answers.push_back({"No, there is not.", false});
    const PopeMetrics metrics = score_pope(answers);
    EXPECT_EQ(metrics.count(), 10);
    EXPECT_DOUBLE_EQ(metrics.accuracy(), 0.7);
    EXPECT_DOUBLE_EQ(metrics.precision(), 0.6);
    EXPECT_DOUBLE_EQ(metrics.recall(), 0.75);
    EXPECT_DOUBLE_EQ(metrics.f1(), 2 * 0.6 * 0.75 / (0.6 + 0.75));
    EXPECT_DOUBLE_EQ(metrics.yes_ratio(), 0.5);
    EXPECT_EQ(to_json(metrics).at("count"), 10);
    EXPECT_EQ(to_json(metrics).at("yes_ratio"), 0.5);
    EXPECT_DOUBLE_EQ(score_pope({}).f1(), 0.0);
    EXPECT_DOUBLE_EQ(score_pope({{"No", true}}).precision(), 0.0);
}

TEST(Pope, ReadsQuestions) {
    const auto questions = read_pope_questions(file_with(
        "pope.jsonl",
        R"({"question_id": 1, "image": "COCO_1.jpg", "text": "Is there a car in the image?", "label": "yes"}

{"question_id": 2, "image": "COCO_1.jpg", "text": "Is there a dog in the image?", "label": "no"})"));
    ASSERT_EQ(questions.size(), 2u);
    EXPECT_EQ(questions[1].question_id, 2);
    EXPECT_EQ(questions[1].image, "COCO_1.jpg");
    EXPECT_EQ(questions[0].text, "Is there a car in the image?");
    EXPECT_TRUE(questions[0].is_yes);
    EXPECT_FALSE(questions[1].is_yes);
}

TEST(Pope, BrokenFilesAreRefusedByRecord) {
    const auto sentence = [](const std::string& text) -> std::string {
        try {
            read_pope_questions(file_with("broken.jsonl", text));
        } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), base::ErrorKind::Format);
            return error.what();
        }
        return "";
    };
    EXPECT_NE(sentence("{\"question_id\":1,\"image\":\"a\",\"text\":\"t\",\"label\":\"maybe\"}")
                  .find("\"maybe\""),
              std::string::npos);
    EXPECT_NE(sentence("{\"question_id\":1,\"text\":\"t\",\"label\":\"yes\"}").find("\"image\""),
              std::string::npos);
    EXPECT_NE(sentence("{\"question_id\":\"1\"}").find("question_id"), std::string::npos);
    EXPECT_NE(sentence("{}\n[1]\n").find("line 2"), std::string::npos);
    EXPECT_NE(sentence("{\"question_id\":").find("line 1"), std::string::npos);
    EXPECT_THROW(read_pope_questions("/nonexistent/pope.jsonl"), base::Error);
}

TEST(VideoQa, AnswerWordsAreSoughtAsWholeWords) {
    EXPECT_TRUE(reply_contains_answer("A Man is opening the box.", "man"));
    EXPECT_FALSE(reply_contains_answer("A woman is opening the box.", "man"));
    EXPECT_TRUE(reply_contains_answer("It is a washing machine", "? machine"));
    EXPECT_TRUE(reply_contains_answer("It shows a machine for washing.", "washing machine"));
    EXPECT_FALSE(reply_contains_answer("It is a machine", "washing machine"));
    EXPECT_FALSE(reply_contains_answer("Anything", "?"));
    EXPECT_FALSE(reply_contains_answer("", "two"));
    EXPECT_FALSE(reply_contains_answer("Ein großer Ärger.",
                                       "ärger"));  // only ASCII letters have two cases here
    EXPECT_TRUE(reply_contains_answer("The dog's bowl", "dog's"));
}

TEST(VideoQa, ReadsFilesAndScores) {
    const auto questions = read_videoqa_questions(file_with(
        "videoqa.json",
        R"([{"question":"who opens a box?","video_name":"jfrrO5K_vKM_55_65","answer":"man","type":"0"}])"));
    ASSERT_EQ(questions.size(), 1u);
    EXPECT_EQ(questions[0].video_name, "jfrrO5K_vKM_55_65");
    EXPECT_EQ(questions[0].question, "who opens a box?");
    EXPECT_EQ(questions[0].answer, "man");
    const std::vector<VideoQaAnswer> answers{{"A man.", "man"}, {"Three.", "two"}};
    const VideoQaMetrics metrics = score_videoqa(answers);
    EXPECT_EQ(metrics.correct, 1);
    EXPECT_EQ(metrics.count, 2);
    EXPECT_EQ(to_json(metrics).at("accuracy"), 0.5);
    EXPECT_THROW(read_videoqa_questions(file_with("object.json", "{}")), base::Error);
    EXPECT_THROW(read_videoqa_questions(file_with("item.json", "[{\"question\":\"q\"}]")),
                 base::Error);
}

}  // namespace
}  // namespace univi::eval
