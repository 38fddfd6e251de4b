// The real univi-train: the published first command with small models put in, bad items by policy,
// the data report.
#include <gmock/gmock.h>

#include "tests/support/process.h"
#include "training_support.h"
#include "typed_events.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
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
    return test::typed_events(out, name);
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
    ScratchFolder folder;
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
    ScratchFolder folder;
    const auto list = test::golden_datasets(folder).string();
    const auto result = run_process({command({"--datasets", list, "--dataset_use", "stage1",
                                              "--deepspeed", "scripts/zero2.json"}),
                                     folder.path().string()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("scripts/zero2.json is not there"));
}

TEST(PublishedCommand, PublishedDataWithoutItsFolderIsOneSentence) {
    ScratchFolder folder;
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

/// Six items, the second with a missing picture, the fourth no item at all; item i stands on line
/// i + 1.
test::fs::path mixed_list(const ScratchFolder& folder) {
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
    ScratchFolder folder;
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

constexpr const char* kTalk =
    R"("conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A cup."}])";

/// A datasets file D whose one list holds `items`.
void write_data(const ScratchFolder& folder, const std::string& items,
                const std::string& more = "") {
    test::write(folder / "chat.json", items);
    test::write(folder / "datasets.json",
                R"({"D": {"chat_path": "chat.json", "here": ".")" + more + "}}");
}

TEST(NothingToLearn, IsRefusedBeforeTheFirstStep) {
    ScratchFolder folder;
    const std::string missing = std::string(R"({"image": "none.jpg", )") + kTalk + "}";
    const std::string absolute =
        "{\"image\": \"" + (test::golden() / "inputs/messi5.jpg").string() + "\", " + kTalk + "}";
    const std::string empty =
        R"({"conversations": [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": ""}]})";
    for (const auto& [item, says] :
         {std::pair<std::string, const char*>{missing, "none.jpg is in none"},
          {absolute, "\"allow_absolute_media\": true"},
          {empty, "chat.json:1, item 0"}})
        for (const std::string policy : {"mask", "skip"}) {
            write_data(folder, "[" + item + ",\n" + item + ",\n" + item + "]");
            const auto result = run_process(
                {command({"--dataset_use", "D", "--on_bad_item", policy, "--tune_mm_mlp_adapter",
                          "True", "--overwrite_output_dir", "True"}),
                 folder.path().string()});
            EXPECT_EQ(result.exit_code, 1);
            EXPECT_THAT(result.err, HasSubstr("Nothing can be learned from --dataset_use D"));
            EXPECT_THAT(result.err, HasSubstr(says));
            EXPECT_THAT(result.err, HasSubstr("--check-data"));
            EXPECT_TRUE(events(result.out, "step").empty());
            ASSERT_EQ(events(result.out, "error").size(), 1U);
            EXPECT_EQ(events(result.out, "error")[0]["kind"], "nothing_to_learn");
            EXPECT_EQ(events(result.out, "error")[0]["fault"], "nothing_to_learn");
            EXPECT_FALSE(test::fs::exists(folder / "out/mm_projector.bin"));
        }
    write_data(folder, "[" + absolute + "]", R"(, "allow_absolute_media": true)");
    const auto allowed = run_process({command({"--dataset_use", "D", "--tune_mm_mlp_adapter",
                                               "True", "--overwrite_output_dir", "True"}),
                                      folder.path().string()});
    ASSERT_EQ(allowed.exit_code, 0) << allowed.err;
    EXPECT_GT(events(allowed.out, "step").at(0)["loss"], 0.1);
}

/// JSON Lines of the common chat form, with a mark, blank lines and CRLF.
TEST(OtherForms, AreTrainedOn) {
    ScratchFolder folder;
    std::string lines = "\xef\xbb\xbf\r\n";
    for (int i = 0; i < 4; ++i)
        lines +=
            R"({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}, )"
            R"({"role": "assistant", "content": "Yes."}], "image": ""})"
            "\r\n\r\n";
    write_data(folder, lines);
    const auto result = run_process(
        {command({"--dataset_use", "D", "--save_strategy", "no"}), folder.path().string()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    ASSERT_EQ(events(result.out, "step").size(), 2U);
    for (const Json& step : events(result.out, "step")) EXPECT_GT(step["loss"], 0.1);
    EXPECT_TRUE(events(result.out, "warning").empty());
}

/// The sample finds a target in the first item; behind it there is none for longer than is borne.
TEST(NothingToLearn, EndsARunOfStepsWithoutTarget) {
    ScratchFolder folder;
    std::string list =
        R"([{"conversations": [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": "Yes."}]})";
    for (int i = 1; i < 60; ++i) list += std::string(",\n{\"image\": \"none.jpg\", ") + kTalk + "}";
    write_data(folder, list + "]");
    const auto result = run_process(
        {command({"--dataset_use", "D", "--shuffle", "False"}), folder.path().string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err,
                HasSubstr("The last 20 steps had no word to learn; step 21 had the samples"));
    EXPECT_EQ(events(result.out, "step").size(), 21U);
    EXPECT_EQ(events(result.out, "error").at(0)["kind"], "nothing_to_learn");
    EXPECT_TRUE(test::fs::exists(folder / "out/checkpoint-21"));  // what was learned is kept
    EXPECT_FALSE(test::fs::exists(folder / "out/config.json"));
}

/// Too short a run for that: it ends without a result all the same.
TEST(NothingToLearn, LeavesNoResult) {
    ScratchFolder folder;
    std::string list = "[";
    for (int i = 0; i < 8; ++i) list += std::string("{\"image\": \"none.jpg\", ") + kTalk + "},\n";
    write_data(
        folder,
        list +
            R"({"conversations": [{"from": "human", "value": "Hi?"}, {"from": "gpt", "value": "Yes."}]}])");
    const auto result =
        run_process({command({"--dataset_use", "D", "--shuffle", "False", "--max_steps", "2"}),
                     folder.path().string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err,
                HasSubstr("None of the 2 steps had a word to learn, so no result is written"));
    EXPECT_FALSE(test::fs::exists(folder / "out/config.json"));
}

TEST(NothingToLearn, InHeldOutDataIsRefusedToo) {
    ScratchFolder folder;
    const auto list = test::golden_datasets(folder);
    Json sets = test::read_json(list);
    sets["Held"] = {{"chat_path", "held.json"}};
    test::write(list, sets.dump());
    test::write(folder / "held.json", std::string("[{\"image\": \"none.jpg\", ") + kTalk + "}]");
    const auto result = run_process(
        {command({"--datasets", list.string(), "--dataset_use", "stage1", "--evaluation_strategy",
                  "steps", "--eval_steps", "1", "--eval_dataset_use", "Held"}),
         folder.path().string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("Nothing can be learned from --eval_dataset_use Held"));
    EXPECT_TRUE(events(result.out, "step").empty());
}

TEST(DeepSpeedFile, ItsScheduleIsFollowed) {
    ScratchFolder folder;
    test::write(
        folder / "ds.json",
        R"({"zero_optimization": {"stage": 2, "sub_group_size": 1e9}, "scheduler": {"type": "WarmupLR",
                    "params": {"warmup_min_lr": 1e-4, "warmup_max_lr": "auto", "warmup_num_steps": 4, "warmup_type": "linear"}}})");
    const auto list = test::golden_datasets(folder).string();
    const std::vector<std::string> more = {"--datasets",
                                           list,
                                           "--dataset_use",
                                           "stage1",
                                           "--deepspeed",
                                           "ds.json",
                                           "--lr_scheduler_type",
                                           "constant_with_warmup",
                                           "--learning_rate",
                                           "1e-3",
                                           "--max_steps",
                                           "6",
                                           "--tune_mm_mlp_adapter",
                                           "True",
                                           "--save_strategy",
                                           "no"};
    auto words = more;
    words.insert(words.end(), {"--warmup_ratio", "0"});
    const auto result = run_process({command(words), folder.path().string()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto steps = events(result.out, "step");
    const double expected[] = {1e-4, 3.25e-4, 5.5e-4, 7.75e-4, 1e-3, 1e-3};
    ASSERT_EQ(steps.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_NEAR(steps[i]["learning_rate"].get<double>(), expected[i], 1e-12);
    EXPECT_EQ(events(result.out, "start")[0]["warmup_steps"], 4);
    EXPECT_THAT(result.err, HasSubstr("zero_optimization.sub_group_size"));
    // The flags' 3 % are one step: not the file's four.
    const auto refused = run_process({command(more), folder.path().string()});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(
        refused.err,
        HasSubstr(
            "scheduler.params.warmup_num_steps 4 but --warmup_ratio says 0.03, 1 of 6 steps"));
}

TEST(CheckData, PrintsAndKeepsItsReport) {
    ScratchFolder folder;
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
