#include "training/run/run_folder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>

#include "tests/training/training_support.h"
#include "training/run/wandb_folder.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
using ::testing::HasSubstr;

/// Event files below `folder`, at any depth.
std::vector<test::fs::path> event_files(const test::fs::path& folder) {
    std::vector<test::fs::path> files;
    for (const auto& entry : test::fs::recursive_directory_iterator(folder))
        if (entry.path().filename().string().find(".tfevents.") != std::string::npos)
            files.push_back(entry.path());
    return files;
}

TrainOptions options_for(const std::string& report_to) {
    TrainOptions options;
    options.report_to = report_to;
    options.run_name = "first try";
    return options;
}

TEST(RunFolder, ReportsWhereItIsTold) {
    for (const auto& [report_to, files] : {std::pair<std::string, std::size_t>{"none", 0},
                                           {"tensorboard", 1},
                                           {"wandb", 1},
                                           {"all", 2}}) {
        ScratchFolder folder;
        RunFolder run(folder / "run", /*to_stdout=*/false);
        run.write_run({options_for(report_to), {"univi-train", "--x"}, {{"samples", 8}}, "2.9"});
        run.scalars(3, {{"train/loss", 1.5}});
        EXPECT_EQ(event_files(folder / "run").size(), files) << report_to;
        EXPECT_EQ(test::fs::exists(folder / "run/runs"),
                  report_to == "tensorboard" || report_to == "all");
        EXPECT_EQ(test::fs::exists(folder / "run/wandb"),
                  report_to == "wandb" || report_to == "all");
    }
}

TEST(WandbFolder, HoldsWhatWandbReads) {
    ScratchFolder folder;
    WandbFolder wandb(folder.path(),
                      {"first try",
                       {{"learning_rate", 2e-3}, {"bf16", true}, {"version", "v1: x"}},
                       {"univi-train", "--seed", "1"}});
    wandb.write(1, {{"train/loss", 2.5}});
    wandb.write(2, {{"train/loss", 1.5}, {"train/epoch", std::nan("")}});
    EXPECT_THAT(wandb.path().filename().string(),
                ::testing::MatchesRegex("offline-run-[0-9]+_[0-9]+-[0-9a-z]+"));
    const Json summary = test::read_json(wandb.path() / "files/wandb-summary.json");
    EXPECT_EQ(summary["train/loss"], 1.5);
    EXPECT_EQ(summary["train/epoch"], "nan");
    EXPECT_EQ(summary["_step"], 2);
    EXPECT_EQ(base::read_file(wandb.path() / "files/wandb-history.jsonl"),
              "{\"_step\":1,\"train/loss\":2.5}\n{\"_step\":2,\"train/loss\":1.5}\n");
    EXPECT_EQ(test::read_json(wandb.path() / "files/config.json")["bf16"], true);
    EXPECT_THAT(wandb.log_command(),
                HasSubstr("wandb.init(id=\"" + wandb.path().filename().string().substr(28) + "\""));
    const Json metadata = test::read_json(wandb.path() / "files/wandb-metadata.json");
    EXPECT_EQ(metadata["args"], Json({"--seed", "1"}));
    EXPECT_EQ(metadata["program"], "univi-train");
    const std::string config = base::read_file(wandb.path() / "files/config.yaml");
    EXPECT_THAT(config, HasSubstr("wandb_version: 1\n"));
    EXPECT_THAT(config, HasSubstr("\nlearning_rate:\n  desc: null\n  value: 0.002\n"));
    EXPECT_THAT(config, HasSubstr("\nversion:\n  desc: null\n  value: \"v1: x\"\n"));
    EXPECT_EQ(event_files(wandb.path()).size(), 1U);
    EXPECT_THAT(wandb.sync_command(), HasSubstr("wandb sync --sync-tensorboard --id " +
                                                wandb.path().filename().string().substr(28)));
    EXPECT_THAT(wandb.sync_command(), HasSubstr(wandb.path().string()));
}

TEST(WandbFolder, AResumedRunStaysOneRun) {
    ScratchFolder folder;
    const WandbFolder::Run run{"r", Json::object(), {"univi-train"}};
    test::fs::path first;
    {
        WandbFolder wandb(folder.path(), run);
        wandb.write(1, {{"train/loss", 2.5}});
        first = wandb.path();
    }
    WandbFolder again(folder.path(), run);
    EXPECT_EQ(again.path(), first);
    again.write(2, {{"train/epoch", 1.0}});
    EXPECT_EQ(test::read_json(first / "files/wandb-summary.json")["train/loss"], 2.5);
    EXPECT_EQ(event_files(first).size(), 2U);
}

/// Steps of the event files below a folder, whatever their tags.
std::size_t records_in(const test::fs::path& folder) {
    std::size_t count = 0;
    for (const auto& file : event_files(folder)) {
        const std::string bytes = base::read_file(file);
        for (std::size_t at = 0; at < bytes.size(); ++count) {
            std::uint64_t length = 0;
            std::memcpy(&length, bytes.data() + at, 8);
            at += 16 + static_cast<std::size_t>(length);
        }
        --count;  // the version
    }
    return count;
}

TEST(WandbFolder, StepsThatComeAgainAreForgotten) {
    ScratchFolder folder;
    const WandbFolder::Run run{"r", Json::object(), {"univi-train"}};
    test::fs::path first;
    {
        WandbFolder wandb(folder.path(), run);
        for (int step = 1; step <= 5; ++step) wandb.write(step, {{"train/loss", 1.0 * step}});
        first = wandb.path();
    }
    WandbFolder again(folder.path(), run, {.step = 3, .before = {}});
    EXPECT_EQ(again.path(), first);
    EXPECT_EQ(test::read_json(first / "files/wandb-summary.json")["train/loss"], 3.0);
    again.write(4, {{"train/loss", 0.5}});
    const std::string lines = base::read_file(first / "files/wandb-history.jsonl");
    EXPECT_EQ(std::ranges::count(lines, '\n'), 4);
    EXPECT_THAT(lines, HasSubstr("{\"_step\":4,\"train/loss\":0.5}"));
    EXPECT_EQ(records_in(first), 4U);
}

/// wandb takes no step of a run twice: a line that went back is a run of its own there.
TEST(WandbFolder, ABranchIsARunOfItsOwn) {
    ScratchFolder folder;
    const WandbFolder::Run run{"r", Json::object(), {"univi-train"}};
    {
        WandbFolder wandb(folder / "branches/1", run);
        for (int step = 1; step <= 5; ++step) wandb.write(step, {{"train/loss", 1.0 * step}});
    }
    const WandbFolder branch(folder.path(), run,
                             {.step = 2, .before = folder / "branches/1/wandb"});
    EXPECT_TRUE(branch.path().string().starts_with((folder / "wandb/offline-run-").string()));
    EXPECT_EQ(
        std::ranges::count(base::read_file(branch.path() / "files/wandb-history.jsonl"), '\n'), 2);
    EXPECT_EQ(test::read_json(branch.path() / "files/wandb-summary.json")["_step"], 2);
    EXPECT_EQ(records_in(branch.path()), 2U);
    EXPECT_EQ(records_in(folder / "branches/1"), 5U);
}

TEST(RunFolder, CurvesOfALineAreWrittenOnceMore) {
    ScratchFolder folder;
    {
        RunFolder run(folder / "run", false);
        run.write_run({options_for("tensorboard"), {}, Json::object(), "2.9"});
        for (int step = 1; step <= 4; ++step) run.scalars(step, {{"train/loss", 1.0}});
    }
    RunFolder run(folder / "run", false);
    const Json history = {{{"step", 2}, {"loss", 2.0}},
                          {{"step", 3}, {"loss", 3.0}, {"epoch", 0.5}},
                          {{"step", 3}, {"eval_loss", 9.0}}};
    run.write_run({options_for("tensorboard"), {}, Json::object(), "2.9"}, {2, history});
    EXPECT_EQ(event_files(folder / "run").size(), 2U);
    // START, and what the history has of step 3
    EXPECT_EQ(records_in(folder / "run"), 4U + 1U + 2U);
}

TEST(RunFolder, AHeldOutLossThatIsOwedIsForgotten) {
    ScratchFolder folder;
    RunFolder run(folder / "run", false);
    namespace train = protocol::train;
    train::StepEvent second, third;
    second.step = 2, third.step = 3;
    run.event(second);
    run.event(train::EvaluationEvent{2, 1.0, 0});
    run.event(third);
    run.rewind_events(2, /*owes_evaluation=*/false);
    EXPECT_THAT(base::read_file(folder / "run/events.jsonl"), HasSubstr("evaluation"));
    run.rewind_events(2, /*owes_evaluation=*/true);
    EXPECT_EQ(base::read_file(folder / "run/events.jsonl"), train::to_line(second) + "\n");
}

}  // namespace
}  // namespace univi::training
