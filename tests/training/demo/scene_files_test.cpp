#include "training/demo/scene_files.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/media/image_file.h"
#include "core/media/video.h"
#include "training/demo/question.h"

namespace univi::training::demo {
namespace {

using Media = SceneFileOptions::Media;
using Questions = SceneFileOptions::Questions;

class SceneFiles : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::path(testing::TempDir()) /
                  ("scene_files_" +
                   std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    SceneFileOptions options(Media media, Questions questions, int count) const {
        SceneFileOptions out;
        out.folder = folder_;
        out.media = media, out.questions = questions, out.count = count, out.seed = 77;
        return out;
    }

    std::filesystem::path folder_;
};

void check_item(const base::Json& item, const char* key) {
    EXPECT_TRUE(item.at("id").is_string());
    const auto& turns = item.at("conversations");
    ASSERT_GE(turns.size(), 2U);
    ASSERT_EQ(turns.size() % 2, 0U);
    for (std::size_t i = 0; i < turns.size(); ++i) {
        EXPECT_EQ(turns[i].at("from"), i % 2 == 0 ? "human" : "gpt");
        const std::string value = turns[i].at("value");
        const bool has_slot = value.starts_with("<" + std::string(key) + ">\n");
        EXPECT_EQ(has_slot, i == 0) << value;
    }
}

TEST_F(SceneFiles, PicturesComeInThePublishedForm) {
    auto wanted = options(Media::Pictures, Questions::Train, 8);
    wanted.rounds = 2;
    write_scene_files(wanted, {});
    const base::Json train = base::read_json_file(folder_ / "train.json"),
                     captions = base::read_json_file(folder_ / "captions.json");
    ASSERT_EQ(train.size(), 16U);
    ASSERT_EQ(captions.size(), 8U);
    for (const auto& item : train) {
        check_item(item, "image");
        const media::Image picture =
            media::read_image(folder_ / "media" / item.at("image").get<std::string>());
        EXPECT_EQ(picture.width, 192);
        EXPECT_EQ(picture.height, 192);
    }
    for (const auto& item : captions) EXPECT_EQ(item.at("conversations").size(), 2U);
    const base::Json datasets = base::read_json_file(folder_ / "datasets.json");
    EXPECT_EQ(datasets.at("scenes")[0].at("chat_path"), "train.json");
}

TEST_F(SceneFiles, ClipsCanBeReadOneFrameASecond) {
    write_scene_files(options(Media::Clips, Questions::Train, 4), {});
    for (const auto& item : base::read_json_file(folder_ / "train.json")) {
        check_item(item, "video");
        media::VideoReader reader(folder_ / "media" / item.at("video").get<std::string>(), {});
        EXPECT_NEAR(reader.info().average_fps, 2, 0.01);
        EXPECT_GE(reader.sampled_indices().size(), 8U);
        EXPECT_LE(reader.sampled_indices().size(), 12U);
        std::size_t frames = 0;
        while (reader.next()) ++frames;
        EXPECT_EQ(frames, reader.sampled_indices().size());
    }
}

TEST_F(SceneFiles, SameSeedSameFilesAndABrokenOffRunGoesOn) {
    write_scene_files(options(Media::Pictures, Questions::Train, 5), {});
    const std::string train = base::read_file(folder_ / "train.json"),
                      picture = base::read_file(folder_ / "media" / "000003.jpg");
    std::filesystem::remove(folder_ / "media" / "000003.jpg");
    std::filesystem::remove(folder_ / "train.json");
    write_scene_files(options(Media::Pictures, Questions::Train, 5), {});
    EXPECT_EQ(base::read_file(folder_ / "train.json"), train);
    EXPECT_EQ(base::read_file(folder_ / "media" / "000003.jpg"), picture);
}

TEST_F(SceneFiles, PopeFilesAreBalanced) {
    write_scene_files(options(Media::Pictures, Questions::Pope, 20), {});
    for (const char* name : {"random", "popular", "adversarial"}) {
        std::istringstream lines(
            base::read_file(folder_ / ("pope_" + std::string(name) + ".jsonl")));
        std::map<std::string, int> labels;
        int id = 0;
        for (std::string line; std::getline(lines, line);) {
            const base::Json question = base::parse_json(line, name);
            EXPECT_EQ(question.at("question_id"), ++id);
            EXPECT_TRUE(question.at("text").get<std::string>().ends_with("in the image?"));
            ++labels[question.at("label").get<std::string>()];
        }
        EXPECT_GT(labels["yes"], 20);
        EXPECT_EQ(labels["yes"], labels["no"]) << name;
    }
}

TEST_F(SceneFiles, VideoQaAsksForOneWord) {
    write_scene_files(options(Media::Clips, Questions::VideoQa, 10), {});
    const base::Json questions = base::read_json_file(folder_ / "videoqa.json");
    ASSERT_GT(questions.size(), 5U);
    for (const auto& question : questions) {
        EXPECT_TRUE(std::filesystem::exists(
            folder_ / "media" / (question.at("video_name").get<std::string>() + ".mp4")));
        EXPECT_EQ(question.at("answer").get<std::string>().find(' '), std::string::npos);
    }
}

TEST_F(SceneFiles, EvaluationStatesWhatARightAnswerNames) {
    write_scene_files(options(Media::Pictures, Questions::Eval, 10), {});
    for (const auto& entry : base::read_json_file(folder_ / "eval.json")) {
        const QuestionAnswer question{category_from(entry.at("category").get<std::string>()),
                                      entry.at("question"), entry.at("answer"),
                                      entry.at("expect").get<std::set<std::string>>()};
        EXPECT_TRUE(is_right(question, question.answer)) << question.question;
    }
}

TEST_F(SceneFiles, PopeOnClipsIsRefused) {
    EXPECT_THROW(write_scene_files(options(Media::Clips, Questions::Pope, 1), {}), base::Error);
    EXPECT_THROW(write_scene_files(options(Media::Pictures, Questions::VideoQa, 1), {}),
                 base::Error);
}

}  // namespace
}  // namespace univi::training::demo
