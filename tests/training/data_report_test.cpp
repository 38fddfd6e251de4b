#include "training/engine/data_report.h"
#include "training/engine/data_check.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/support/clips.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
using ::testing::HasSubstr;

text::Tokenizer tiny_tokenizer() {
    text::Tokenizer tokenizer = text::Tokenizer::load(test::golden() / "models/tinyA-base");
    tokenizer.set_legacy(true);
    return tokenizer;
}

Json item(const std::string& id, const std::string& question, const std::string& answer) {
    return {{"id", id},
            {"conversations",
             {{{"from", "human"}, {"value", question}}, {{"from", "gpt"}, {"value", answer}}}}};
}

Json picture_item(const std::string& id, const std::string& file,
                  const std::string& question = "<image>\nWhat?") {
    Json json = item(id, question, "A cup.");
    json["image"] = file;
    return json;
}

/// One item a line, so that item i stands on line i + 1.
void write_list(const test::fs::path& file, const std::vector<std::string>& items) {
    std::string text = "[";
    for (std::size_t i = 0; i < items.size(); ++i) text += (i > 0 ? ",\n" : "") + items[i];
    test::write(file, text + "]");
}

DataReport report_of(const ScratchFolder& folder, const std::vector<std::string>& items,
                     TrainOptions options = {}) {
    test::write(folder / "broken.jpg", "this is no picture");
    test::fs::copy_file(test::golden() / "inputs/messi5.jpg", folder / "good.jpg",
                        test::fs::copy_options::overwrite_existing);
    write_list(folder / "chat.json", items);
    options.threads = 3;
    const Dataset dataset = Dataset::from_source({folder / "chat.json", {folder.path()}});
    return check_data(dataset, tiny_tokenizer(), options, {});
}

std::string sentence_of(const DataReport& report, DataProblem problem) {
    for (const auto& finding : report.findings)
        if (finding.problem == problem) return finding.sentence;
    return "";
}

TEST(DataReport, EachProblemIsFoundAndNamed) {
    ScratchFolder folder;
    TrainOptions options;
    options.model_max_length = 160;
    std::string words;
    for (int i = 0; i < 200; ++i) words += "word ";
    const auto report = report_of(
        folder,
        {item("text", "Hi?", "Yes.").dump(), picture_item("good", "good.jpg").dump(),
         picture_item("missing", "none.jpg").dump(), picture_item("broken", "broken.jpg").dump(),
         picture_item("two", "good.jpg", "<image><image>").dump(), R"({"id": "bad"})",
         R"({"id": "json", })", item("long", "Tell me more.", words).dump(),
         item("empty", "Hi?", "").dump(), picture_item("unused", "good.jpg", "Hi?").dump(),
         item("text", "Hi?", "Yes.").dump()},
        options);
    EXPECT_EQ(report.items, 11);
    const std::pair<DataProblem, const char*> expected[] = {
        {DataProblem::MissingMedium, "chat.json:3, item 2 (id missing)"},
        {DataProblem::BrokenMedium, "chat.json:4, item 3 (id broken)"},
        {DataProblem::Placeholders, "chat.json:5, item 4 (id two)"},
        {DataProblem::BadItem, "chat.json:6, item 5 (id bad)"},
        {DataProblem::BrokenJson, "chat.json:7, item 6"},
        {DataProblem::TooLong, "chat.json:8, item 7 (id long)"},
        {DataProblem::NoLoss, "chat.json:9, item 8 (id empty)"},
        {DataProblem::UnusedMedium, "chat.json:10, item 9 (id unused)"}};
    for (const auto& [problem, says] : expected) {
        EXPECT_EQ(report.count(problem), 1) << protocol::name_of(problem);
        EXPECT_THAT(sentence_of(report, problem), HasSubstr(says));
    }
    EXPECT_EQ(report.findings.size(), std::size(expected));
    EXPECT_EQ(report.sources[0].faults, 5);
    EXPECT_EQ(report.repeated_ids, 1);
    EXPECT_EQ(report.repeated_items, 1);
    EXPECT_EQ(report.with_pictures, 3);
    EXPECT_EQ(report.text_only, 5);
    EXPECT_TRUE(report.has_faults());
    EXPECT_GT(report.lengths.longest, 160);
    const std::string text = to_text(report, 160);
    EXPECT_THAT(text, HasSubstr("broken.jpg"));
    EXPECT_THAT(text, HasSubstr("mend them"));
    const Json json = to_json(protocol::DataCheck{report, {}});
    EXPECT_EQ(json["problems"]["missing_medium"], 1);
    EXPECT_EQ(json["findings"].size(), std::size(expected));
    EXPECT_EQ(json["findings"][0]["item"], 2);  // in the order of the items
}

TEST(DataReport, NothingToLearnIsNamedWithCauseAndRemedy) {
    ScratchFolder folder;
    Json absolute = picture_item("a", (folder / "good.jpg").string());
    const std::pair<std::string, const char*> cases[] = {
        {picture_item("m", "none.jpg").dump(), "picture or video missing. Name the folder"},
        {picture_item("b", "broken.jpg").dump(), "cannot be read. Get these files again"},
        {absolute.dump(), "absolute path. Write \"allow_absolute_media\": true"},
        {item("e", "Hi?", "").dump(), "Give every answer words"},
        {R"({"id": "x"})", "An item needs a list"}};
    for (const auto& [json, says] : cases) {
        const auto report = report_of(folder, {json, json});
        EXPECT_TRUE(report.has_nothing_to_learn()) << json;
        EXPECT_TRUE(report.has_faults()) << json;
        EXPECT_THAT(report.nothing_to_learn(), HasSubstr("2 of 2 items"));
        EXPECT_THAT(report.nothing_to_learn(), HasSubstr(says));
        EXPECT_THAT(to_text(report, 2048), HasSubstr(report.nothing_to_learn()));
        EXPECT_EQ(to_json(protocol::DataCheck{report, {}})["nothing_to_learn"],
                  report.nothing_to_learn());
    }
    const auto mixed = report_of(folder, {cases[0].first, item("t", "Hi?", "Yes.").dump()});
    EXPECT_EQ(mixed.nothing_to_learn(), "");
    EXPECT_EQ(mixed.count(DataProblem::AbsoluteMedium), 0);
}

TEST(DataReport, OtherFormsAreReadAndSaid) {
    ScratchFolder folder;
    const auto report = report_of(
        folder,
        {R"({"conversations": [{"from": "user", "value": "Hi?"}, {"from": "assistant", "value": "Yes."}]})",
         R"({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi?"}, {"role": "assistant", "content": "Yes."}]})",
         item("t", "Hi?", "Yes.").dump()});
    EXPECT_FALSE(report.has_faults()) << to_text(report, 2048);
    EXPECT_EQ(report.forms.chat_roles, 2);
    EXPECT_EQ(report.forms.chat_keys, 1);
    EXPECT_EQ(report.forms.system, 1);
    EXPECT_THAT(to_text(report, 2048),
                HasSubstr("2 items call their speakers user and assistant: read as human and gpt"));
    EXPECT_THAT(to_text(report, 2048), HasSubstr("1 items begin with a system message"));
    EXPECT_EQ(to_json(protocol::DataCheck{report, {}})["forms"]["system"], 1);
}

TEST(DataReport, APictureBehindTheEndLosesTheSample) {
    ScratchFolder folder;
    TrainOptions options;
    options.model_max_length = 12;
    const auto report = report_of(folder, {picture_item("cut", "good.jpg").dump()}, options);
    EXPECT_EQ(report.count(DataProblem::PicturesCutOff), 1);
    EXPECT_EQ(report.trained_tokens, 0);
    EXPECT_THAT(report.nothing_to_learn(), HasSubstr("Raise --model_max_length"));
}

TEST(DataReport, LookingWhetherMediaExistDecodesNone) {
    ScratchFolder folder;
    TrainOptions options;
    options.check_media = "exists";
    const auto report = report_of(
        folder, {picture_item("b", "broken.jpg").dump(), picture_item("m", "none.jpg").dump()},
        options);
    EXPECT_EQ(report.count(DataProblem::BrokenMedium), 0);
    EXPECT_EQ(report.count(DataProblem::MissingMedium), 1);
}

TEST(DataReport, GoldenSamplesAreSound) {
    ScratchFolder folder;
    const Dataset dataset = Dataset::load(test::golden_datasets(folder), "stage2");
    const auto report = check_data(dataset, tiny_tokenizer(), {}, {});
    EXPECT_FALSE(report.has_faults()) << to_text(report, 2048);
    EXPECT_EQ(report.items, 8);
    EXPECT_EQ(report.with_video, 1);
    EXPECT_EQ(report.frames, 7);
    EXPECT_EQ(report.with_pictures + report.text_only + report.with_video, 8);
    EXPECT_GT(report.trained_tokens, 0);
    EXPECT_LT(report.trained_tokens, report.tokens);
    std::int64_t counted = 0;
    for (const auto bar : report.lengths.histogram) counted += bar;
    EXPECT_EQ(counted, 8);
    EXPECT_LE(report.lengths.shortest, report.lengths.median);
    EXPECT_LE(report.lengths.percentile95, report.lengths.longest);
    EXPECT_THAT(to_text(report, 2048), HasSubstr("No faults."));
}

/// A header that opens is not enough: frames in the middle, and a file that was cut off.
TEST(DataReport, VideosDamagedInPartAreNamed) {
    ScratchFolder folder;
    ::univi::test::write_clip(
        folder / "whole.mp4",
        {.num_frames = 200, .b_frames = 0, .muxer_options = "movflags=faststart"});
    const std::string whole = base::read_file(folder / "whole.mp4");
    test::write(folder / "cut.mp4", whole.substr(0, whole.size() / 2));
    test::write(folder / "header.mp4",
                whole.substr(0, whole.find("mdat") + 4) + std::string(whole.size() / 2, 'x'));
    test::fs::copy_file(UNIVI_TEST_DATA "/media/damaged_mid.mp4", folder / "middle.mp4");
    std::vector<std::string> items;
    for (const char* name : {"whole", "cut", "header", "middle"}) {
        Json json = item(name, "<video>\nWhat?", "A cup.");
        json["video"] = std::string(name) + ".mp4";
        items.push_back(json.dump());
    }
    const DataReport report = report_of(folder, items);
    EXPECT_EQ(report.count(DataProblem::DamagedMedium), 2);
    EXPECT_EQ(report.count(DataProblem::BrokenMedium), 1);
    EXPECT_TRUE(report.has_faults());
    EXPECT_EQ(report.sources[0].faults, 3);
    EXPECT_THAT(sentence_of(report, DataProblem::DamagedMedium),
                ::testing::AllOf(HasSubstr("chat.json:2, item 1 (id cut)"),
                                 HasSubstr("of 200 frames cannot be read")));
    EXPECT_THAT(sentence_of(report, DataProblem::BrokenMedium), HasSubstr("header.mp4"));
    EXPECT_THAT(report.findings[2].sentence, HasSubstr("28 of 60 frames cannot be read"));
    EXPECT_THAT(to_text(report, 2048), HasSubstr("were decoded, at most 64 (--max_frames)"));
    EXPECT_EQ(to_json(protocol::DataCheck{report, {}})["problems"]["damaged_medium"], 2);
    // The index alone tells of a file that was cut off.
    TrainOptions quick;
    quick.check_media = "exists";
    const DataReport index = report_of(folder, items, quick);
    EXPECT_GE(index.count(DataProblem::DamagedMedium), 1);
    EXPECT_THAT(sentence_of(index, DataProblem::DamagedMedium), HasSubstr("cut.mp4 is damaged"));
    EXPECT_THAT(index.sampling(), HasSubstr("the first frame decoded"));
}

TEST(DataReport, HeldOutDataIsCheckedToo) {
    ScratchFolder folder;
    write_list(folder / "chat.json", {item("a", "Hi?", "Yes.").dump()});
    write_list(folder / "held.json",
               {item("a", "Hi?", "Yes.").dump(), picture_item("gone", "none.jpg").dump()});
    test::write(folder / "d.json",
                R"({"D": {"chat_path": "chat.json"}, "H": {"chat_path": "held.json"}})");
    TrainOptions options;
    options.model_name_or_path = (test::golden() / "models/tinyA-base").string();
    options.datasets = (folder / "d.json").string();
    options.dataset_use = "D";
    options.eval_dataset_use = "H";
    options.output_dir = (folder / "out").string();
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run_check_data(options, {}), 1);
    EXPECT_THAT(
        ::testing::internal::GetCapturedStdout(),
        ::testing::AllOf(HasSubstr("No faults."), HasSubstr("Held out (--eval_dataset_use H):"),
                         HasSubstr("none.jpg")));
    const Json json = test::read_json(folder / "out/data_report.json");
    EXPECT_EQ(json["items"], 1);
    EXPECT_EQ(json["problems"]["missing_medium"], 0);
    EXPECT_EQ(json["held_out"]["items"], 2);
    EXPECT_EQ(json["held_out"]["problems"]["missing_medium"], 1);
    EXPECT_EQ(json["has_faults"], true);
}

TEST(DataReport, AStopEndsIt) {
    ScratchFolder folder;
    const Dataset dataset = Dataset::load(test::golden_datasets(folder), "stage1");
    base::StopSource stop;
    stop.request_stop();
    try {
        check_data(dataset, tiny_tokenizer(), {}, stop.get_token());
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Stopped);
    }
}

TEST(DataReport, TheRunWritesItsJson) {
    ScratchFolder folder;
    write_list(folder / "chat.json", {item("a", "Hi?", "Yes.").dump()});
    test::write(folder / "d.json",
                R"({"D": {"chat_path": "chat.json"}, "E": {"chat_path": "bad.json"}})");
    write_list(folder / "bad.json", {R"({"id": 1})"});
    TrainOptions options;
    options.model_name_or_path = (test::golden() / "models/tinyA-base").string();
    options.datasets = (folder / "d.json").string();
    options.dataset_use = "D";
    options.output_dir = (folder / "out").string();
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run_check_data(options, {}), 0);
    EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("No faults."));
    EXPECT_EQ(test::read_json(folder / "out/data_report.json")["items"], 1);
    options.dataset_use = "E";
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run_check_data(options, {}), 1);
    EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("no list \"conversations\""));
}

}  // namespace
}  // namespace univi::training
