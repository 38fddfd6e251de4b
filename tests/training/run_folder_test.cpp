#include "training/engine/run_folder.h"

#include <gmock/gmock.h>

#include "training/engine/wandb_folder.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::Json;
using test::TemporaryFolder;
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
        TemporaryFolder folder;
        RunFolder run(folder / "run", /*to_stdout=*/false);
        run.write_run(options_for(report_to), {"univi-train", "--x"}, {{"samples", 8}});
        run.scalars(3, {{"train/loss", 1.5}});
        EXPECT_EQ(event_files(folder / "run").size(), files) << report_to;
        EXPECT_EQ(test::fs::exists(folder / "run/runs"),
                  report_to == "tensorboard" || report_to == "all");
        EXPECT_EQ(test::fs::exists(folder / "run/wandb"),
                  report_to == "wandb" || report_to == "all");
    }
}

TEST(WandbFolder, HoldsWhatWandbReads) {
    TemporaryFolder folder;
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
    TemporaryFolder folder;
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

}  // namespace
}  // namespace univi::training
