#include "core/protocol/data_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/errors.h"

namespace univi::protocol {
namespace {

DataReport report_of_one_fault() {
    DataReport report;
    report.sources = {{"/data/ch\xE9t.json", 3, 1, true}};
    report.items = 3;
    report.with_pictures = 2;
    report.with_video = report.videos = 1;
    report.pictures = 2;
    report.frames = 8;
    report.frames_in_videos = 60;
    report.opens_media = false;
    report.max_frames = 64;
    report.repeated_ids = 1;
    report.repeated_items = 2;
    report.counts[static_cast<std::size_t>(DataProblem::MissingMedium)] = 1;
    report.forms = {1, 2, 3};
    report.findings = {{DataProblem::MissingMedium, 1, "/data/ch\xE9t.json", 3,
                        "gone.jpg is in none of its folders.",
                        "chat.json:3, item 1: gone.jpg is in none of its folders."}};
    report.lengths = {4, 100, 200, 400, 64, {1, 0, 2}};
    report.tokens = 500;
    report.trained_tokens = 40;
    return report;
}

DataCheck read_back(const DataCheck& check) {
    return std::get<DataCheck>(check_event_from_json(to_json(CheckEvent(check))));
}

TEST(DataReport, ComesBackAsItWasWritten) {
    const DataCheck check{report_of_one_fault(), std::nullopt}, back = read_back(check);
    EXPECT_EQ(to_json(back), to_json(check));
    EXPECT_EQ(back.data.sources[0].chat_path, "/data/ch\xE9t.json");
    EXPECT_EQ(back.data.findings[0].file, "/data/ch\xE9t.json");
    EXPECT_EQ(back.data.findings[0].line, 3);
    EXPECT_EQ(back.data.count(DataProblem::MissingMedium), 1);
    EXPECT_EQ(back.data.count(DataProblem::TooLong), 0);
    EXPECT_EQ(back.data.lengths.histogram, (std::vector<std::int64_t>{1, 0, 2}));
    EXPECT_EQ(back.data.sampling(), check.data.sampling());
    EXPECT_FALSE(back.held_out);
}

TEST(DataReport, HeldOutDataStandUnderTheirName) {
    DataCheck check{{}, report_of_one_fault()};
    check.data.items = check.data.trained_tokens = 1;
    const base::Json json = to_json(check);
    EXPECT_EQ(json["has_faults"], true);
    EXPECT_EQ(json["held_out"]["problems"]["missing_medium"], 1);
    EXPECT_EQ(json["held_out"]["remedies"].size(), 1U);
    const DataCheck back = read_back(check);
    ASSERT_TRUE(back.held_out);
    EXPECT_FALSE(back.data.has_faults());
    EXPECT_EQ(back.held_out->items, 3);
}

TEST(DataReport, TheMostFrequentCauseIsNamed) {
    DataReport report = report_of_one_fault();
    EXPECT_EQ(report.nothing_to_learn(), "");
    report.trained_tokens = 0;
    report.counts[static_cast<std::size_t>(DataProblem::TooLong)] = 2;
    report.counts[static_cast<std::size_t>(DataProblem::UnusedMedium)] = 3;
    EXPECT_NE(report.nothing_to_learn().find("2 of 3 items: too long"), std::string::npos)
        << report.nothing_to_learn();
}

TEST(CheckEvents, ProgressComesBack) {
    const base::Json json = to_json(CheckEvent(CheckProgress{3, 8}));
    EXPECT_EQ(json["event"], "progress");
    const auto back = std::get<CheckProgress>(check_event_from_json(json));
    EXPECT_EQ(back.done, 3);
    EXPECT_EQ(back.total, 8);
}

TEST(CheckEvents, WhatIsWrongIsNamed) {
    const auto said = [](const base::Json& json) {
        return test::error_of([&] { check_event_from_json(json); });
    };
    base::Json json = to_json(CheckEvent(DataCheck{report_of_one_fault(), std::nullopt}));
    EXPECT_NE(said({{"event", "end"}}).find("progress or report"), std::string::npos);
    json["length"]["bucket"] = 0;
    EXPECT_NE(said(json).find("bucket"), std::string::npos);
    json["length"].erase("bucket");
    EXPECT_NE(said(json).find("bucket"), std::string::npos);
    json["length"]["bucket"] = 64;
    json["findings"][0]["problem"] = "odd";
    EXPECT_NE(said(json).find("missing_medium"), std::string::npos);
}

}  // namespace
}  // namespace univi::protocol
