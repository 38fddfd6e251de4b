#include "training/options/option_words.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "training/options/command_text.h"
#include "training/options/option_check.h"
#include "training/options/option_form.h"
#include "training/options/options.h"

namespace univi::training {
namespace {

using ::testing::HasSubstr;

TEST(OptionWords, FlagsBecomeLabels) {
    EXPECT_EQ(with_labels("--bf16 and --fp16 exclude each other."),
              "“bf16” and “fp16” exclude each other.");
    EXPECT_EQ(with_labels("--bits 4 freezes the base: add --lora_enable True."),
              "“Bits of the base: 4” freezes the base: add “Train LoRA adapters” on.");
    EXPECT_EQ(with_labels("--evaluation_strategy steps needs --eval_dataset_use."),
              "“Evaluate: steps” needs “Held-out data set”.");
    EXPECT_EQ(with_labels("Use --deepspeed FILE or --zero_stage (--shuffle False)."),
              "Use “DeepSpeed file” or “ZeRO stage” (“Shuffle” off).");
    EXPECT_EQ(with_labels("--lr_scheduler_type reduce_lr_on_plateau follows it"),
              "“Schedule: reduce_lr_on_plateau” follows it");
}

TEST(OptionWords, OtherWordsStay) {
    for (const char* same : {"", "a -- b", "--no_such_flag 3", "x--seed", "checkpoint-2", "--plan"})
        EXPECT_EQ(with_labels(same), same);
}

/// Every sentence of the checks can be said without a flag.
TEST(OptionWords, EveryOptionOfTheFormHasALabel) {
    for (const OptionRow& row : option_table()) {
        if (option_face(row).editor == OptionEditor::Hidden) continue;
        EXPECT_EQ(with_labels("--" + std::string(row.name)), "“" + option_face(row).label + "”");
    }
}

TEST(OptionWords, PlaceholdersAreFound) {
    EXPECT_EQ(placeholder_in("${stage1 save path}/mm_projector.bin"), "${stage1 save path}");
    EXPECT_EQ(placeholder_in("/a/${LLM model path}"), "${LLM model path}");
    EXPECT_EQ(placeholder_in("$OUT/run"), "$OUT");
    EXPECT_EQ(placeholder_in("<path to the model>"), "<path to the model>");
    EXPECT_EQ(placeholder_in("{output_dir}/x"), "{output_dir}");
    for (const char* none :
         {"", "/data/cost-5$", "a<b", "{\"num_cycles\": 2}", "model.layers.[0-3].*", "/home/a b/c"})
        EXPECT_EQ(placeholder_in(none), "") << none;
}

/// The published command as it is printed, pasted without filling it in.
TEST(OptionWords, APastedPlaceholderIsRefusedByItsName) {
    const ReadCommand command = read_command(
        "deepspeed ChatUniVi/train/train_mem.py --model_name_or_path ${LLM model path} "
        "--output_dir ${stage1 save path} --vision_tower <tower of CLIP> --dataset_use Pretrain");
    EXPECT_EQ(command.options.output_dir, "${stage1 save path}");
    EXPECT_EQ(command.options.vision_tower, "<tower of CLIP>");
    TrainOptions options = command.options;
    options.model_name_or_path = "/models/base";
    options.vision_tower = "/models/tower";
    try {
        check_options(options);
        FAIL() << "taken";
    } catch (const base::Error& error) {
        EXPECT_STREQ(error.what(),
                     "--output_dir still has the placeholder ${stage1 save path}: put the folder "
                     "in its place.");
    }
    options.output_dir = "/out";
    check_options(options);
}

}  // namespace
}  // namespace univi::training
