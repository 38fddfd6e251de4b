// The real univi-train: the published first command with small models put in, bad items by policy,
// the data report.
#include <gmock/gmock.h>

#include "tests/support/process.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::Json;
using test::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::Not;
using ::univi::test::run_process;

const std::string kProgram = std::string(UNIVI_BIN_DIR) + "/univi-train";
const test::fs::path kModels = test::golden() / "models";

std::vector<std::string> words(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> result;
    for (std::string word; stream >> word;) result.push_back(word);
    return result;
}

std::vector<Json> events(const std::string& out, const std::string& name) {
    std::vector<Json> result;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);)
        if (const Json event = Json::parse(line); event["event"] == name) result.push_back(event);
    return result;
}

/// The flags that both published commands share, with small models in place of the large ones.
std::vector<std::string> command(const std::vector<std::string>& more) {
    auto result = words(
        "--version v1 --mm_vision_select_layer -2 --mm_use_im_start_end False "
        "--mm_use_im_patch_token False --output_dir out"
        " --num_train_epochs 1 --per_device_train_batch_size 2 --per_device_eval_batch_size 4 "
        "--gradient_accumulation_steps 1"
        " --evaluation_strategy no --save_strategy steps --save_steps 24000 --save_total_limit 1 "
        "--weight_decay 0."
        " --warmup_ratio 0.03 --lr_scheduler_type cosine --logging_steps 1 --tf32 True "
        "--model_max_length 2048"
        " --gradient_checkpointing True --dataloader_num_workers 4 --lazy_preprocess True --device "
        "cpu --threads 1");
    result.insert(result.begin(),
                  {kProgram, "--model_name_or_path", (kModels / "tinyA-base").string(),
                   "--vision_tower", (kModels / "openai/clip-vit-tiny-patch14").string()});
    result.insert(result.end(), more.begin(), more.end());
    return result;
}

TEST(PublishedCommand, Stage1RunsAsItIs) {
    TemporaryFolder folder;
    Json list;
    list["Pretrain"] = {{{"chat_path", (test::golden() / "data/train_chat_stage1.json").string()},
                         {"inputs", (test::golden() / "inputs").string()}}};
    test::write(folder / "datasets.json", list.dump());
    test::fs::create_directories(folder / "scripts");
    test::fs::copy_file(test::fs::path(UNIVI_SOURCE_DIR) / "resources/training/zero3.json",
                        folder / "scripts/zero3.json");
    const auto more = words(
        "--include localhost:0 --master_port=29602 ChatUniVi/train/train_mem.py --deepspeed "
        "scripts/zero3.json --model_use PRETUNE"
        " --dataset_use Pretrain --tune_mm_mlp_adapter True --bf16 True --learning_rate 2e-3 "
        "--report_to wandb");
    const auto result = run_process({command(more), folder.path().string()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(events(result.out, "step").size(), 4U);
    EXPECT_TRUE(test::fs::exists(folder / "out/mm_projector.bin"));
    EXPECT_FALSE(test::fs::exists(folder / "out/runs"));
    EXPECT_TRUE(test::fs::exists(folder / "out/wandb"));
    EXPECT_THAT(result.err, HasSubstr("wandb.init"));
    EXPECT_EQ(test::read_json(folder / "out/run.json")["options"]["deepspeed"],
              "scripts/zero3.json");
}

TEST(PublishedCommand, AMissingDeepSpeedFileIsOneSentence) {
    TemporaryFolder folder;
    const auto list = test::golden_datasets(folder).string();
    const auto result = run_process({command({"--datasets", list, "--dataset_use", "stage1",
                                              "--deepspeed", "scripts/zero2.json"}),
                                     folder.path().string()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("scripts/zero2.json is not there"));
}

TEST(PublishedCommand, PublishedDataWithoutItsFolderIsOneSentence) {
    TemporaryFolder folder;
    const auto result =
        run_process({command({"--dataset_use", "FINETUNE"}), folder.path().string()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("--data_path"));
    const auto missing =
        run_process({command({"--dataset_use", "FINETUNE", "--data_path", "/nowhere"}),
                     folder.path().string()});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_THAT(missing.err, HasSubstr("/nowhere/llava_instruct_150k.json"));
}

/// Six items, the second with a missing picture, the fourth no item at all; item i stands on line i
/// + 1.
test::fs::path mixed_list(const TemporaryFolder& folder) {
    std::string json = "[";
    for (int i = 0; i < 6; ++i) {
        const std::string talk = R"("conversations": [{"from": "human", "value": ")" +
                                 std::string(i == 1 ? "<image>\\n" : "") +
                                 R"(Hello?"}, {"from": "gpt", "value": "Yes, number )" +
                                 std::to_string(i) + R"(."}])";
        json += (i > 0 ? ",\n" : "") + std::string("{\"id\": \"i") + std::to_string(i) + "\"" +
                (i == 1 ? R"(, "image": "none.jpg")" : "") + (i == 3 ? "}" : ", " + talk + "}");
    }
    test::write(folder / "chat.json", json + "]");
    test::write(folder / "datasets.json", R"({"D": {"chat_path": "chat.json", "here": "."}})");
    return folder / "datasets.json";
}

TEST(BadItems, AreTreatedByPolicy) {
    TemporaryFolder folder;
    mixed_list(folder);
    std::map<std::string, std::vector<double>> losses;
    for (const std::string policy : {"mask", "skip"}) {
        const auto result =
            run_process({command({"--dataset_use", "D", "--on_bad_item", policy, "--output_dir",
                                  policy, "--shuffle", "False", "--tune_mm_mlp_adapter", "True",
                                  "--save_strategy", "no"}),
                         folder.path().string()});
        ASSERT_EQ(result.exit_code, 0) << result.err;
        EXPECT_THAT(result.err, HasSubstr("chat.json:2, item 1 (id i1)"));
        EXPECT_THAT(result.err, HasSubstr("chat.json:4, item 3 (id i3)"));
        for (const Json& step : events(result.out, "step"))
            losses[policy].push_back(step["loss"].get<double>());
        EXPECT_EQ(losses[policy].size(), 3U);
        EXPECT_EQ(events(result.out, "warning").size(), 2U);
    }
    // A masked sample has no target, so the loss is that of the others either way.
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_NEAR(losses["mask"][i], losses["skip"][i], 1e-5 * losses["mask"][i]);
    const auto stopped = run_process(
        {command({"--dataset_use", "D", "--on_bad_item", "stop"}), folder.path().string()});
    EXPECT_EQ(stopped.exit_code, 1);
    EXPECT_THAT(stopped.err, HasSubstr("--on_bad_item stop"));
}

TEST(DeepSpeedFile, ItsScheduleIsFollowed) {
    TemporaryFolder folder;
    test::write(folder / "ds.json",
                R"({"zero_optimization": {"stage": 2, "sub_group_size": 1e9}, "scheduler": {"type": "WarmupLR",
                    "params": {"warmup_min_lr": 1e-4, "warmup_max_lr": "auto", "warmup_num_steps": 4, "warmup_type": "linear"}}})");
    const auto list = test::golden_datasets(folder).string();
    const std::vector<std::string> more = {"--datasets", list, "--dataset_use", "stage1", "--deepspeed", "ds.json",
                                           "--lr_scheduler_type", "constant_with_warmup", "--learning_rate", "1e-3",
                                           "--max_steps", "6", "--tune_mm_mlp_adapter", "True", "--save_strategy", "no"};
    auto words = more;
    words.insert(words.end(), {"--warmup_ratio", "0"});
    const auto result = run_process({command(words), folder.path().string()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto steps = events(result.out, "step");
    const double expected[] = {1e-4, 3.25e-4, 5.5e-4, 7.75e-4, 1e-3, 1e-3};
    ASSERT_EQ(steps.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(steps[i]["learning_rate"].get<double>(), expected[i], 1e-12);
    EXPECT_EQ(events(result.out, "start")[0]["warmup_steps"], 4);
    EXPECT_THAT(result.err, HasSubstr("zero_optimization.sub_group_size"));
    // The flags' 3 % are one step: not the file's four.
    const auto refused = run_process({command(more), folder.path().string()});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("scheduler.params.warmup_num_steps 4 but --warmup_ratio says 0.03, 1 of 6 steps"));
}

TEST(CheckData, PrintsAndKeepsItsReport) {
    TemporaryFolder folder;
    mixed_list(folder);
    const auto result =
        run_process({{kProgram, "--model_name_or_path", (kModels / "tinyA-base").string(),
                      "--dataset_use", "D", "--check-data", "--output_dir", "report"},
                     folder.path().string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.out,
                HasSubstr("chat.json:2, item 1 (id i1): none.jpg is in none of its folders."));
    EXPECT_THAT(result.out, HasSubstr("chat.json:4, item 3 (id i3) has no list"));
    EXPECT_THAT(result.out, Not(HasSubstr("No faults.")));
    const Json report = test::read_json(folder / "report/data_report.json");
    EXPECT_EQ(report["items"], 6);
    EXPECT_EQ(report["sources"][0]["items_with_faults"], 2);
}

}  // namespace
}  // namespace univi::training
