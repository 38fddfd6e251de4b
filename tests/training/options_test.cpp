#include "training/options/options.h"
#include "training/options/include.h"
#include "training/options/option_check.h"
#include "training/options/option_error.h"
#include "training/options/option_table.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/json_text.h"
#include "tests/support/errors.h"
#include "training_support.h"

namespace univi::training {
namespace {

using univi::test::error_of;

using ::testing::HasSubstr;

std::vector<std::string> words(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> result;
    for (std::string word; stream >> word;) result.push_back(word);
    return result;
}

std::string refusal(const std::string& line) {
    return error_of([&] { parse_command_line(words(line)); });
}

constexpr const char* kCommon =
    " --vision_tower openai/clip-vit-large-patch14 --mm_vision_select_layer -2 "
    "--mm_use_im_start_end False"
    " --mm_use_im_patch_token False --bf16 True --per_device_train_batch_size 16 "
    "--per_device_eval_batch_size 4"
    " --gradient_accumulation_steps 1 --evaluation_strategy no --save_strategy steps "
    "--save_total_limit 1"
    " --weight_decay 0. --warmup_ratio 0.03 --lr_scheduler_type cosine --logging_steps 1 --tf32 "
    "True"
    " --model_max_length 2048 --gradient_checkpointing True --dataloader_num_workers 4 "
    "--lazy_preprocess True"
    " --report_to wandb --model_name_or_path base --output_dir out";

TEST(Options, PublishedStage1CommandIsTaken) {
    const auto options = parse_command_line(
        words("--include localhost:0,1,2,3,4,5,6,7 --master_port=29602 "
              "ChatUniVi/train/train_mem.py --deepspeed scripts/zero3.json --version v1"
              " --model_use PRETUNE --dataset_use Pretrain --tune_mm_mlp_adapter True "
              "--num_train_epochs 1"
              " --save_steps 24000 --learning_rate 2e-3" +
              std::string(kCommon)));
    EXPECT_TRUE(options.tune_mm_mlp_adapter && options.bf16 && options.tf32 &&
                options.gradient_checkpointing);
    EXPECT_EQ(options.learning_rate, 2e-3);
    EXPECT_EQ(options.mm_vision_select_layer, -2);
    EXPECT_EQ(options.save_steps, 24000);
    EXPECT_EQ(options.master_port, 29602);
    EXPECT_EQ(options.include, "localhost:0,1,2,3,4,5,6,7");
    EXPECT_EQ(options.report_to, "wandb");
}

TEST(Options, PublishedStage2CommandIsTaken) {
    const auto options =
        parse_command_line(words("--include localhost:0,1,2,3,4,5,6,7 --master_port=29601 "
                                 "--deepspeed scripts/zero2.json --version v1"
                                 " --model_use FINETUNE --dataset_use FINETUNE "
                                 "--pretrain_mm_mlp_adapter stage1/mm_projector.bin"
                                 " --num_train_epochs 2 --save_steps 50000 --learning_rate 2e-5" +
                                 std::string(kCommon)));
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
    EXPECT_THAT(refusal(base + "--per_device_train_batch_size 0"),
                HasSubstr("per_device_train_batch_size"));
    EXPECT_THAT(refusal("--output_dir o"), HasSubstr("--model_name_or_path"));
    EXPECT_THAT(refusal(base + "train_mem.py --bf16 True train.py"), HasSubstr("train_mem.py"));
}

const std::string kLeast = "--model_name_or_path b --output_dir o ";

TEST(Options, EveryFlagOfTheReferencesParsersIsTaken) {
    const auto options = parse_command_line(
        words(kLeast +
              "--lora_enable True --lora_r 128 --lora_alpha 256 --lora_dropout 0.1 --lora_bias "
              "lora_only --bits 4"
              " --double_quant False --quant_type fp4 --mm_projector_type linear "
              "--mm_vision_select_feature patch"
              " --is_multimodal True --cache_dir x --remove_unused_columns False --mpt_attn_impl "
              "triton --group_by_length"
              " --eval_strategy steps --eval_steps 7 --eval_dataset_use held --disable_tqdm "
              "--dataloader_pin_memory False"
              " --logging_first_step --data_seed 3 --run_name r --optim adamw_torch_fused --fp16"));
    EXPECT_TRUE(options.lora_enable && options.group_by_length && options.logging_first_step &&
                options.fp16);
    EXPECT_FALSE(options.double_quant);
    EXPECT_EQ(options.lora_r, 128);
    EXPECT_EQ(options.bits, 4);
    EXPECT_EQ(options.evaluation_strategy.value(), Interval::Steps);
    EXPECT_EQ(options.evaluation_steps(), 7);
    EXPECT_EQ(options.order_seed(), 3U);
    EXPECT_EQ(parse_command_line(words(kLeast + "--seed 8")).order_seed(), 8U);
}

TEST(Options, FormsOfHuggingFacesParser) {
    EXPECT_FALSE(parse_command_line(words(kLeast + "--no_shuffle")).shuffle);
    EXPECT_EQ(parse_command_line(words(kLeast + "--no_cuda")).device, "cpu");
    EXPECT_EQ(parse_command_line(words(kLeast + "--use_cpu False")).device, "auto");
    EXPECT_EQ(parse_command_line(words(kLeast + "--learning-rate 2e-5")).learning_rate, 2e-5);
    EXPECT_EQ(parse_command_line(words(kLeast + "--weight_decay 0.")).weight_decay, 0);
    const auto both = parse_command_line(words(kLeast + "--report_to wandb tensorboard --seed 1"));
    EXPECT_EQ(both.report_to, "wandb,tensorboard");
    EXPECT_TRUE(both.reports_to("wandb") && both.reports_to("tensorboard"));
    const auto none = parse_command_line(words(kLeast + "--report_to none"));
    EXPECT_FALSE(none.reports_to("wandb") || none.reports_to("tensorboard"));
    EXPECT_TRUE(parse_command_line(words(kLeast + "--report_to all")).reports_to("wandb"));
    // What this program does not do may be said to be off.
    EXPECT_NO_THROW(parse_command_line(words(
        kLeast + "--push_to_hub False --label_smoothing_factor 0.0 --load_best_model_at_end no")));
}

/// The option of the OptionError that `line` is refused with; empty without one.
std::string refused_option(const std::string& line) {
    try {
        parse_command_line(words(kLeast + line));
    } catch (const OptionError& error) {
        return error.option();
    }
    return {};
}

TEST(Options, ARefusalCarriesTheOptionItIsAbout) {
    EXPECT_EQ(refused_option("--bits 3"), "bits");
    EXPECT_EQ(refused_option("--learning_rate 2000"), "learning_rate");
    EXPECT_EQ(refused_option("--on_bad_item ignore"), "on_bad_item");
    EXPECT_EQ(refused_option("--bf16 True --fp16 True"), "bf16");
    EXPECT_EQ(refused_option("--include localhost:0,x"), "include");
    EXPECT_EQ(refused_option("--lr_scheduler_kwargs power=2 --lr_scheduler_type polynomial"),
              "lr_scheduler_kwargs");
    EXPECT_EQ(refused_option("--report_to none,wandb"), "report_to");
    EXPECT_EQ(refused_option("--pretrain_mm_mlp_adapter ${stage1}/p.bin"),
              "pretrain_mm_mlp_adapter");
    EXPECT_EQ(refused_option("--bf16 True"), "");
}

struct BadLine {
    const char* line;
    const char* says;
};

class RefusedLine : public ::testing::TestWithParam<BadLine> {};

TEST_P(RefusedLine, NamesWhatIsWrong) {
    EXPECT_THAT(refusal(kLeast + GetParam().line), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, RefusedLine,
    ::testing::Values(
        BadLine{"--lr_scheduler_type cosin", "did you mean cosine?"},
        BadLine{"--lr_scheduler_type Linear", "did you mean linear?"},
        BadLine{"--on_bad_item ignore", "mask, skip, stop"},
        BadLine{"--report_to tensorbord", "did you mean tensorboard?"},
        BadLine{"--report_to none,wandb", "stands alone"},
        BadLine{"--gradient_acumulation_steps 2", "--gradient_accumulation_steps"},
        BadLine{"--lora 1", "--lora_"}, BadLine{"--no_bf16", "nearest known one"},
        BadLine{"--torch_compile True", "not supported"},
        BadLine{"--fsdp full_shard", "--zero_stage"}, BadLine{"--num_gpus 8", "--include"},
        BadLine{"--lr_scheduler_type reduce_lr_on_plateau", "held-out loss"},
        BadLine{"--bits 3", "16, 8 or 4"}, BadLine{"--bits 8", "--lora_enable"},
        BadLine{"--lora_enable True --tune_mm_mlp_adapter True", "choose one"},
        BadLine{"--lora_weight_path x", "--lora_enable"},
        BadLine{"--bf16 True --fp16 True", "exclude"},
        BadLine{"--evaluation_strategy epoch", "--eval_dataset_use"},
        BadLine{"--eval_dataset_use held", "--evaluation_strategy"},
        BadLine{"--group_by_length True --shuffle False", "choose one"},
        BadLine{"--vision_tune True --visual_token_cache c", "frozen tower"},
        BadLine{"--zero_stage 4", "between -1 and 3"},
        BadLine{"--offload_optimizer cpu", "--zero_stage"},
        BadLine{"--include localhost:0,x", "where a device number belongs"},
        BadLine{"--lr_scheduler_kwargs {\"power\":2} --lr_scheduler_type cosine", "num_cycles"},
        BadLine{"--lr_scheduler_kwargs power=2 --lr_scheduler_type polynomial", "JSON object"},
        BadLine{"--mm_use_im_start_end True", "must be False"},
        BadLine{"--plan --check_data", "give one"}));

TEST(Options, ANameIsReadOnceAndAnUnknownOneIsKept) {
    NamedValue<Interval> interval = Interval::Steps;
    EXPECT_EQ(interval.text(), "steps");
    interval = "epoch";
    EXPECT_EQ(interval.value(), Interval::Epoch);
    EXPECT_TRUE(interval == Interval::Epoch && interval != Interval::Steps);
    interval = "weekly";
    EXPECT_EQ(interval.text(), "weekly");
    EXPECT_TRUE(interval != Interval::No && interval != Interval::Steps);
    const std::string sentence = error_of([&] { interval.value(); }, base::ErrorKind::Usage);
    EXPECT_THAT(sentence, HasSubstr("\"weekly\" is none of no, steps, epoch"));
}

/// Every option with a list of values takes each of them, and names all when it is given another.
TEST(Options, ChoicesAreTakenAndNamed) {
    const TrainOptions least = parse_command_line(words(kLeast));
    for (const OptionRow& row : option_table()) {
        for (const char* choice : row.choices) {
            TrainOptions options = least;
            set_option(options, row, choice);
            EXPECT_EQ(option_text(options, row), choice) << row.name;
            EXPECT_EQ(to_json(options).at(row.name).get<std::string>(), choice) << row.name;
            TrainOptions again;
            apply_json(again, to_json(options), "run.json");
            EXPECT_EQ(to_json(again), to_json(options)) << row.name;
        }
        if (row.choices.empty()) continue;
        TrainOptions options = least;
        set_option(options, row, "nonsense");
        EXPECT_EQ(to_json(options).at(row.name).get<std::string>(), "nonsense");
        const std::string sentence =
            error_of([&] { check_options(options); }, base::ErrorKind::Usage);
        EXPECT_THAT(sentence, HasSubstr("--" + std::string(row.name) + " takes one of "));
        for (const char* choice : row.choices) EXPECT_THAT(sentence, HasSubstr(choice));
    }
}

TEST(Options, CheckDataNeedsNoRunFolder) {
    EXPECT_TRUE(parse_command_line(words("--model_name_or_path b --check_data")).check_data);
}

TEST(Options, ConfigFileIsUnderTheCommandLine) {
    test::ScratchFolder folder;
    test::write(
        folder / "c.json",
        R"({"learning_rate": 0.5, "bf16": true, "seed": "7", "output_dir": "x", "model_name_or_path": "m"})");
    const auto options =
        parse_command_line({"--seed", "9", "--config", (folder / "c.json").string()});
    EXPECT_EQ(options.learning_rate, 0.5);
    EXPECT_TRUE(options.bf16);
    EXPECT_EQ(options.seed, 9);
    EXPECT_EQ(options.output_dir, "x");
}

TEST(Options, JsonRoundTripKeepsEveryFlag) {
    TrainOptions options;
    options.learning_rate = 3e-4, options.tune_mm_mlp_adapter = true, options.seed = 5,
    options.output_dir = "o";
    TrainOptions again;
    apply_json(again, to_json(options), "run.json");
    EXPECT_EQ(to_json(again), to_json(options));
    EXPECT_EQ(to_json(options).size(), option_table().size());
    for (const OptionRow& row : option_table()) EXPECT_THAT(options_help(), HasSubstr(row.name));
    // A flag stands in one list only.
    for (const UnusedFlag& flag : unused_flags())
        EXPECT_FALSE(to_json(options).contains(flag.name)) << flag.name;
    for (const UnusedFlag& flag : refused_flags())
        EXPECT_FALSE(to_json(options).contains(flag.name)) << flag.name;
}

TEST(Options, JsonKeepsTextsOfAnyBytes) {
    TrainOptions options, again;
    options.output_dir = "caf\xE9/out";
    options.dataset_use = "donn\xE9\x65s";
    const base::Json json = base::parse_json(base::json_text(to_json(options)), "run.json");
    EXPECT_EQ(json["output_dir_bytes"], "caf%E9/out");
    EXPECT_FALSE(json.contains("model_name_or_path_bytes"));
    apply_json(again, json, "run.json");
    EXPECT_EQ(again.output_dir, options.output_dir);
    EXPECT_EQ(again.dataset_use, options.dataset_use);
    apply_json(again, {{"output_dir_bytes", "%E8"}}, "presets");
    EXPECT_EQ(again.output_dir, "\xE8");
    for (const base::Json& bad :
         {base::Json{{"output_dir_bytes", 1}}, base::Json{{"seed_bytes", "%41"}},
          base::Json{{"output_dir_bytes", "%4"}}})
        EXPECT_THROW(apply_json(again, bad, "x"), base::Error) << bad;
}

TEST(VisibleDevices, NumbersCountAmongTheGpusThatAreNamed) {
    EXPECT_EQ(visible_devices({0, 2}, ""), "0,2");
    EXPECT_EQ(visible_devices({1, 0}, "GPU-8932f937, MIG-41b35e0a ,7"),
              "MIG-41b35e0a,GPU-8932f937");
    EXPECT_EQ(count_visible("GPU-8932f937,MIG-41b35e0a,7"), 3);
    EXPECT_EQ(count_visible(""), 0);
}

}  // namespace
}  // namespace univi::training
