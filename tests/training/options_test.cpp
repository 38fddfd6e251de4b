#include "training/engine/options.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/error.h"
#include "training_support.h"

namespace univi::training {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> words(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> result;
    for (std::string word; stream >> word;) result.push_back(word);
    return result;
}

std::string refusal(const std::string& line) {
    try {
        parse_command_line(words(line));
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Usage);
        return error.what();
    }
    return "";
}

constexpr const char* kCommon =
    " --vision_tower openai/clip-vit-large-patch14 --mm_vision_select_layer -2 --mm_use_im_start_end False"
    " --mm_use_im_patch_token False --bf16 True --per_device_train_batch_size 16 --per_device_eval_batch_size 4"
    " --gradient_accumulation_steps 1 --evaluation_strategy no --save_strategy steps --save_total_limit 1"
    " --weight_decay 0. --warmup_ratio 0.03 --lr_scheduler_type cosine --logging_steps 1 --tf32 True"
    " --model_max_length 2048 --gradient_checkpointing True --dataloader_num_workers 4 --lazy_preprocess True"
    " --report_to wandb --model_name_or_path base --output_dir out";

TEST(Options, PublishedStage1CommandIsTaken) {
    const auto options = parse_command_line(words(
        "--include localhost:0,1,2,3,4,5,6,7 --master_port=29602 --deepspeed scripts/zero3.json --version v1"
        " --model_use PRETUNE --dataset_use Pretrain --tune_mm_mlp_adapter True --num_train_epochs 1"
        " --save_steps 24000 --learning_rate 2e-3" + std::string(kCommon)));
    EXPECT_TRUE(options.tune_mm_mlp_adapter && options.bf16 && options.tf32 && options.gradient_checkpointing);
    EXPECT_EQ(options.learning_rate, 2e-3);
    EXPECT_EQ(options.mm_vision_select_layer, -2);
    EXPECT_EQ(options.save_steps, 24000);
    EXPECT_EQ(options.master_port, 29602);
    EXPECT_EQ(options.include, "localhost:0,1,2,3,4,5,6,7");
    EXPECT_EQ(options.report_to, "wandb");
}

TEST(Options, PublishedStage2CommandIsTaken) {
    const auto options = parse_command_line(words(
        "--include localhost:0,1,2,3,4,5,6,7 --master_port=29601 --deepspeed scripts/zero2.json --version v1"
        " --model_use FINETUNE --dataset_use FINETUNE --pretrain_mm_mlp_adapter stage1/mm_projector.bin"
        " --num_train_epochs 2 --save_steps 50000 --learning_rate 2e-5" + std::string(kCommon)));
    EXPECT_FALSE(options.tune_mm_mlp_adapter);
    EXPECT_EQ(options.pretrain_mm_mlp_adapter, "stage1/mm_projector.bin");
    EXPECT_EQ(options.num_train_epochs, 2);
    EXPECT_EQ(options.warmup_ratio, 0.03);
}

TEST(Options, BooleansAsHuggingFaceReadsThem) {
    const std::string base = "--model_name_or_path b --output_dir o ";
    EXPECT_TRUE(parse_command_line(words(base + "--bf16")).bf16);
    EXPECT_TRUE(parse_command_line(words(base + "--bf16 yes")).bf16);
    EXPECT_FALSE(parse_command_line(words(base + "--shuffle false")).shuffle);
    EXPECT_THAT(refusal(base + "--bf16 maybe"), HasSubstr("True or False"));
}

TEST(Options, RefusalsNameFlagAndValue) {
    const std::string base = "--model_name_or_path b --output_dir o ";
    EXPECT_THAT(refusal(base + "--learning_rte 1"), HasSubstr("--learning_rate"));
    EXPECT_THAT(refusal(base + "--save_steps 1.5"), HasSubstr("save_steps"));
    EXPECT_THAT(refusal(base + "--learning_rate fast"), HasSubstr("fast"));
    EXPECT_THAT(refusal(base + "--lr_scheduler_type cosinus"), HasSubstr("cosine"));
    EXPECT_THAT(refusal(base + "--seed"), HasSubstr("needs a value"));
    EXPECT_THAT(refusal(base + "--per_device_train_batch_size 0"), HasSubstr("per_device_train_batch_size"));
    EXPECT_THAT(refusal("--output_dir o"), HasSubstr("--model_name_or_path"));
    EXPECT_THAT(refusal(base + "train_mem.py --bf16 True train.py"), HasSubstr("train_mem.py"));
}

TEST(Options, ConfigFileIsUnderTheCommandLine) {
    test::TemporaryFolder folder;
    test::write(folder / "c.json", R"({"learning_rate": 0.5, "bf16": true, "seed": "7", "output_dir": "x", "model_name_or_path": "m"})");
    const auto options = parse_command_line({"--seed", "9", "--config", (folder / "c.json").string()});
    EXPECT_EQ(options.learning_rate, 0.5);
    EXPECT_TRUE(options.bf16);
    EXPECT_EQ(options.seed, 9);
    EXPECT_EQ(options.output_dir, "x");
}

TEST(Options, JsonRoundTripKeepsEveryFlag) {
    TrainOptions options;
    options.learning_rate = 3e-4, options.tune_mm_mlp_adapter = true, options.seed = 5, options.output_dir = "o";
    TrainOptions again;
    apply_json(again, to_json(options), "run.json");
    EXPECT_EQ(to_json(again), to_json(options));
    EXPECT_EQ(to_json(options).size(), option_table().size());
    for (const OptionRow& row : option_table()) EXPECT_THAT(options_help(), HasSubstr(row.name));
}

}  // namespace
}  // namespace univi::training
