#include "training/options/deepspeed_config.h"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/support/errors.h"
#include "training/options/include.h"
#include "training/options/schedule.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
using ::testing::HasSubstr;
using univi::test::error_of;

const test::fs::path kOurs = test::fs::path(UNIVI_SOURCE_DIR) / "resources/training";

TrainOptions options_for(const test::fs::path& file) {
    TrainOptions options;
    options.deepspeed = file.string();
    options.per_device_train_batch_size = 16;
    options.bf16 = true;
    return options;
}

DeepSpeedConfig load(const TrainOptions& options, std::vector<std::string>* warnings = nullptr,
                     DeepSpeedContext context = {8, 4096}) {
    return load_deepspeed_config(options, context, [&](const std::string& message) {
        if (warnings)
            warnings->push_back(message);
        else
            ADD_FAILURE() << message;
    });
}

DeepSpeedConfig load_text(const std::string& json, std::vector<std::string>* warnings = nullptr) {
    ScratchFolder folder;
    test::write(folder / "ds.json", json);
    return load(options_for(folder / "ds.json"), warnings);
}

/// What is said once of the known keys that have no effect.
std::vector<std::string> notes_of(const std::string& json) {
    ScratchFolder folder;
    test::write(folder / "ds.json", json);
    std::vector<std::string> notes;
    load_deepspeed_config(options_for(folder / "ds.json"), {8, 4096}, {},
                          [&](const std::string& message) { notes.push_back(message); });
    return notes;
}

std::string refusal(const std::string& json) {
    std::vector<std::string> warnings;
    return error_of([&] { load_text(json, &warnings); });
}

TEST(DeepSpeedConfig, TheFilesThatComeAlong) {
    const auto zero2 = load(options_for(kOurs / "zero2.json"));
    EXPECT_EQ(zero2.stage, 2);
    EXPECT_TRUE(zero2.bf16 && zero2.overlap_comm && zero2.contiguous_gradients);
    EXPECT_FALSE(zero2.fp16 || zero2.offload_optimizer);
    EXPECT_EQ(zero2.reduce_bucket_size, 4096 * 4096);  // "auto": width of the decoder squared
    EXPECT_EQ(zero2.sub_group_size, 1'000'000'000);
    EXPECT_EQ(zero2.train_batch_size, 128);
    EXPECT_EQ(zero2.train_micro_batch_size_per_gpu, 16);
    EXPECT_EQ(zero2.gradient_clipping, 1.0);
    const auto zero3 = load(options_for(kOurs / "zero3.json"));
    EXPECT_EQ(zero3.stage, 3);
    EXPECT_EQ(zero3.stage3_prefetch_bucket_size, 4096 * 4096 * 9 / 10);
    EXPECT_EQ(zero3.stage3_param_persistence_threshold, 40960);
    EXPECT_TRUE(zero3.stage3_gather_16bit_weights_on_model_save);
    const auto offload = load(options_for(kOurs / "zero2_offload.json"));
    EXPECT_TRUE(offload.offload_optimizer && offload.pin_memory);
    EXPECT_FALSE(offload.offload_param);
    EXPECT_EQ(load(options_for(kOurs / "zero.json")).stage, 0);
}

TEST(DeepSpeedConfig, WithoutAFileTheFlagsDecide) {
    TrainOptions options;
    options.zero_stage = 3;
    options.offload_optimizer = "cpu";
    options.max_grad_norm = 0.5;
    const auto config = load(options, nullptr, {2, 0});
    EXPECT_EQ(config.stage, 3);
    EXPECT_TRUE(config.offload_optimizer);
    EXPECT_EQ(config.gradient_clipping, 0.5);
    EXPECT_EQ(config.train_batch_size, 16);
    EXPECT_EQ(config.reduce_bucket_size, 500'000'000);
    EXPECT_EQ(load(TrainOptions{}, nullptr, {1, 0}).stage, 0);
}

TEST(DeepSpeedConfig, StageFlagWinsOverTheFile) {
    TrainOptions options = options_for(kOurs / "zero3.json");
    options.zero_stage = 1;
    EXPECT_EQ(load(options).stage, 1);
    options.zero_stage = 0;
    options.deepspeed = (kOurs / "zero2_offload.json").string();
    EXPECT_THROW(load(options), base::Error);  // optimizer state cannot be offloaded unpartitioned
}

TEST(DeepSpeedConfig, LossScaling) {
    ScratchFolder folder;
    test::write(folder / "ds.json",
                R"({"fp16": {"enabled": "auto", "loss_scale": 128, "initial_scale_power": 12,
        "loss_scale_window": 500, "hysteresis": 3, "min_loss_scale": 0.5}})");
    TrainOptions options = options_for(folder / "ds.json");
    options.bf16 = false, options.fp16 = true;
    const auto config = load(options);
    EXPECT_TRUE(config.fp16);
    EXPECT_EQ(config.scale.loss_scale, 128);
    EXPECT_EQ(config.scale.initial_scale_power, 12);
    EXPECT_EQ(config.scale.loss_scale_window, 500);
    EXPECT_EQ(config.scale.hysteresis, 3);
    EXPECT_EQ(config.scale.min_loss_scale, 0.5);
    EXPECT_EQ(LossScaleConfig{}.initial_scale_power, 16);
}

TEST(DeepSpeedConfig, BucketsInScientificNotation) {
    const auto config = load_text(
        R"({"zero_optimization": {"stage": 2, "reduce_bucket_size": 5e8, "allgather_bucket_size": 2e8,
        "sub_group_size": 1e12, "overlap_comm": false}, "train_batch_size": 128, "train_micro_batch_size_per_gpu": 16})");
    EXPECT_EQ(config.reduce_bucket_size, 500'000'000);
    EXPECT_EQ(config.allgather_bucket_size, 200'000'000);
    EXPECT_EQ(config.sub_group_size, 1'000'000'000'000);
    EXPECT_FALSE(config.overlap_comm);
    EXPECT_TRUE(load_text(R"({"zero_optimization": {"stage": 3}})")
                    .overlap_comm);  // DeepSpeed's default by stage
}

TEST(DeepSpeedConfig, UnknownKeysAreNamed) {
    std::vector<std::string> warnings;
    load_text(
        R"({"zero_optimisation": {}, "zero_optimization": {"stage": 2, "reduce_buket_size": 3}, "fp16": {"windows": 1}})",
        &warnings);
    ASSERT_EQ(warnings.size(), 3U);
    EXPECT_THAT(warnings, ::testing::UnorderedElementsAre(
                              HasSubstr("zero_optimization.reduce_buket_size"),
                              HasSubstr("fp16.windows"), HasSubstr("zero_optimisation")));
    EXPECT_THAT(warnings,
                ::testing::Contains(HasSubstr("nearest known one is reduce_bucket_size")));
}

TEST(DeepSpeedConfig, KeysWithoutEffectAreNamedOnce) {
    const auto notes = notes_of(
        R"({"zero_optimization": {"stage": 2, "sub_group_size": 1e9, "contiguous_gradients": true, "offload_optimizer": {"device": "cpu", "fast_init": true}},
            "steps_per_print": 5, "comms_logger": {"enabled": true}, "fp16": {"auto_cast": false}})");
    ASSERT_EQ(notes.size(), 1U);
    for (const char* key :
         {"zero_optimization.sub_group_size", "zero_optimization.contiguous_gradients",
          "zero_optimization.offload_optimizer.fast_init", "steps_per_print", "comms_logger",
          "fp16.auto_cast"})
        EXPECT_THAT(notes[0], HasSubstr(key));
    EXPECT_THAT(notes[0], ::testing::Not(HasSubstr("stage,")));
    EXPECT_TRUE(
        notes_of(
            R"({"zero_optimization": {"stage": 2, "overlap_comm": true, "reduce_bucket_size": 5e8}})")
            .empty());
    std::vector<std::string> warnings;
    load_text(
        R"({"schedular": {}, "optimizer": {"type": "AdamW", "param": {}}, "curriculum_learning": {"enabled": true},
            "bf16": {"enabled": "auto", "loss_scale": 1}})",
        &warnings);
    EXPECT_THAT(warnings, ::testing::UnorderedElementsAre(
                              HasSubstr("schedular is not known here and has no effect (the "
                                        "nearest known one is scheduler)"),
                              HasSubstr("optimizer.param is not known"),
                              HasSubstr("curriculum_learning"), HasSubstr("bf16.loss_scale")));
}

struct BadFile {
    const char* json;
    std::vector<const char*> says;
};

class RefusedFile : public ::testing::TestWithParam<BadFile> {};

TEST_P(RefusedFile, NamesKeyFileAndValues) {
    const std::string sentence = refusal(GetParam().json);
    EXPECT_THAT(sentence, HasSubstr("ds.json"));
    for (const char* each : GetParam().says) EXPECT_THAT(sentence, HasSubstr(each));
}

INSTANTIATE_TEST_SUITE_P(
    Files, RefusedFile,
    ::testing::Values(
        BadFile{R"({"train_micro_batch_size_per_gpu": 4})",
                {"train_micro_batch_size_per_gpu 4", "--per_device_train_batch_size says 16"}},
        BadFile{R"({"gradient_accumulation_steps": 2})",
                {"gradient_accumulation_steps 2", "says 1"}},
        BadFile{R"({"train_batch_size": 100})", {"train_batch_size 100", "128", "8 ranks"}},
        BadFile{R"({"gradient_clipping": 0.3})",
                {"gradient_clipping 0.3", "--max_grad_norm says 1"}},
        BadFile{R"({"fp16": {"enabled": true}})", {"fp16.enabled true", "--fp16 says False"}},
        BadFile{R"({"bf16": {"enabled": false}})", {"bf16.enabled false", "--bf16 says True"}},
        BadFile{R"({"zero_optimization": {"stage": 4}})",
                {"zero_optimization.stage", "0 to 3", "4"}},
        BadFile{R"({"zero_optimization": {"stage": "two"}})",
                {"zero_optimization.stage", "\"two\""}},
        BadFile{R"({"zero_optimization": true})", {"zero_optimization", "JSON object"}},
        BadFile{R"({"zero_optimization": {"stage": 2, "overlap_comm": 1}})",
                {"overlap_comm", "true, false"}},
        BadFile{R"({"zero_optimization": {"stage": 2, "reduce_bucket_size": 1.5}})",
                {"reduce_bucket_size", "whole number"}},
        BadFile{R"({"zero_optimization": {"stage": 2, "offload_optimizer": {"device": "nvme"}}})",
                {"offload_optimizer.device", "nvme"}},
        BadFile{R"({"zero_optimization": {"stage": 2, "offload_param": {"device": "cpu"}}})",
                {"offload_param", "stage 3"}},
        BadFile{R"({"zero_optimization": {"stage": 0, "offload_optimizer": {"device": "cpu"}}})",
                {"stage is 0"}},
        BadFile{R"({"optimizer": {"type": "SGD"}})",
                {"optimizer.type \"SGD\"", "--optim says adamw_torch"}},
        BadFile{R"({"optimizer": {"type": "AdamW", "params": {"lr": 0.1}}})",
                {"optimizer.params.lr 0.1", "--learning_rate"}},
        BadFile{R"({"optimizer": {"type": "AdamW", "params": {"betas": [0.9, 0.95]}}})",
                {"optimizer.params.betas"}},
        BadFile{R"({"optimizer": {"type": "Adam", "params": {"betas": 0.9}}})",
                {"optimizer.params.betas", "list of two numbers"}},
        BadFile{R"({"optimizer": {"type": "AdamW", "params": {"betas": [0.9, 0.95]}}})",
                {"--adam_beta2 says 0.999"}},
        BadFile{R"({"optimizer": {"type": "Adam", "params": {"amsgrad": true}}})", {"amsgrad"}},
        BadFile{R"({"optimizer": "AdamW"})", {"optimizer must be a JSON object"}},
        BadFile{R"({"amp": {"enabled": true}})", {"amp.enabled", "bf16 or fp16"}},
        BadFile{R"({"bfloat16": {"enabled": false}})",
                {"bfloat16.enabled false", "--bf16 says True"}},
        BadFile{R"({"zero_optimization": {"stage": "auto"}})",
                {"zero_optimization.stage", "0 to 3"}},
        BadFile{R"({"zero_optimization": {"stage": 1, "stage": 2}})",
                {"zero_optimization.stage", "twice"}},
        BadFile{R"([1])", {"one JSON object"}},
        BadFile{R"({"scheduler": {"type": "WarmupLR"}})",
                {"scheduler.type \"WarmupLR\"", "--lr_scheduler_type says linear",
                 "constant_with_warmup"}},
        BadFile{R"({"scheduler": {"type": "OneCycle"}})", {"scheduler.type", "\"OneCycle\""}},
        BadFile{R"({"scheduler": {"params": {"warmup_num_steps": 5}}})",
                {"without scheduler.type"}},
        BadFile{R"({"scheduler": "WarmupDecayLR"})", {"scheduler must be a JSON object"}},
        BadFile{R"({"scheduler": {"type": "WarmupDecayLR", "params": {"warmup_max_lr": 0.1}}})",
                {"scheduler.params.warmup_max_lr 0.1", "--learning_rate"}},
        BadFile{
            R"({"scheduler": {"type": "WarmupDecayLR", "params": {"warmup_num_steps": "many"}}})",
            {"scheduler.params.warmup_num_steps", "\"many\""}},
        BadFile{R"({"scheduler": {"type": "WarmupDecayLR", "params": {"warmup_num_steps": 1.5}}})",
                {"warmup_num_steps", "whole number"}},
        BadFile{R"({"scheduler": {"type": "WarmupDecayLR", "params": {"warmup_min_lr": 1}}})",
                {"warmup_min_lr", "up to --learning_rate"}},
        BadFile{R"({"scheduler": {"type": "WarmupDecayLR", "params": {"warmup_type": "cosine"}}})",
                {"warmup_type", "\"log\" or \"linear\""}}));

/// A file whose scheduler is `json`, with the flags of `change` and a run of `total_steps` steps.
DeepSpeedConfig with_scheduler(const std::string& json, const std::string& flag,
                               std::int64_t total_steps,
                               const std::function<void(TrainOptions&)>& change = {},
                               std::vector<std::string>* warnings = nullptr) {
    ScratchFolder folder;
    test::write(folder / "ds.json", "{\"scheduler\": " + json + "}");
    TrainOptions options = options_for(folder / "ds.json");
    options.lr_scheduler_type = flag;
    options.learning_rate = 1e-3;
    if (change) change(options);
    return load(options, warnings, {1, 0, total_steps});
}

TEST(DeepSpeedSchedule, WarmupLRFollowsTheFile) {
    const auto config = with_scheduler(
        R"({"type": "WarmupLR", "params": {"warmup_min_lr": 0, "warmup_max_lr": "auto", "warmup_num_steps": 500}})",
        "constant_with_warmup", 1000);
    ASSERT_TRUE(config.schedule);
    const DeepSpeedSchedule& schedule = *config.schedule;
    EXPECT_EQ(schedule.warmup_num_steps, 500);
    EXPECT_EQ(schedule.rate(0), 0);
    // DeepSpeed's default is "log"
    EXPECT_NEAR(schedule.rate(1), 1e-3 * std::log(2) / std::log(500), 1e-15);
    EXPECT_NEAR(schedule.rate(250), 1e-3 * std::log(251) / std::log(500), 1e-15);
    EXPECT_NEAR(schedule.rate(499), 1e-3, 1e-15);
    EXPECT_EQ(schedule.rate(900), 1e-3);
    EXPECT_EQ(to_json(config)["scheduler"]["params"]["warmup_num_steps"], 500);
    Schedule followed(ScheduleType::ConstantWithWarmup, 1e-3, 1000, 0, 0);
    followed.follow(schedule);
    EXPECT_EQ(followed.rate(250), schedule.rate(250));
    EXPECT_EQ(followed.warmup_steps(), 500);
}

TEST(DeepSpeedSchedule, WarmupDecayLREndsAtItsLowestRate) {
    const auto schedule =
        *with_scheduler(
             R"({"type": "WarmupDecayLR", "params": {"total_num_steps": 260, "warmup_min_lr": 1e-4, "warmup_max_lr": 1e-3,
            "warmup_num_steps": 60, "warmup_type": "linear"}})",
             "linear", 260)
             .schedule;
    EXPECT_NEAR(schedule.rate(0), 1e-4, 1e-15);
    EXPECT_NEAR(schedule.rate(30), 1e-4 + 9e-4 * 0.5, 1e-15);
    EXPECT_NEAR(schedule.rate(60), 1e-3, 1e-15);
    EXPECT_NEAR(schedule.rate(160), 1e-4 + 9e-4 * 0.5, 1e-15);
    EXPECT_NEAR(schedule.rate(260), 1e-4, 1e-15);
    EXPECT_NEAR(schedule.rate(300), 1e-4, 1e-15);
}

TEST(DeepSpeedSchedule, WarmupCosineLRIsDeepSpeeds) {
    const auto schedule =
        *with_scheduler(
             R"({"type": "WarmupCosineLR", "params": {"total_num_steps": "auto", "warmup_min_ratio": 0.1, "warmup_num_steps": 10,
            "cos_min_ratio": 0.2, "warmup_type": "linear"}})",
             "cosine", 110)
             .schedule;
    EXPECT_EQ(schedule.total_num_steps, 110);
    EXPECT_NEAR(schedule.rate(0), 1e-4, 1e-15);
    EXPECT_NEAR(schedule.rate(5), 1e-3 * (0.1 + 0.9 * 0.5), 1e-15);
    // DeepSpeed counts one step ahead
    EXPECT_NEAR(schedule.rate(59), 1e-3 * (0.2 + 0.8 * 0.5), 1e-15);
    EXPECT_NEAR(schedule.rate(109), 1e-3 * 0.2, 1e-15);
}

TEST(DeepSpeedSchedule, AutoIsWhatTheFlagsSay) {
    const char* all_auto =
        R"({"type": "WarmupDecayLR", "params": {"total_num_steps": "auto", "warmup_min_lr": "auto", "warmup_max_lr": "auto",
            "warmup_num_steps": "auto", "warmup_type": "linear"}})";
    const auto schedule = *with_scheduler(all_auto, "linear", 200, [](TrainOptions& o) {
                               o.warmup_ratio = 0.05;
                           }).schedule;
    EXPECT_EQ(schedule.warmup_num_steps, 10);
    EXPECT_EQ(schedule.total_num_steps, 200);
    const Schedule flags(ScheduleType::Linear, 1e-3, 200, 0,
                         0.05);  // the same curve as without a file
    for (const int step : {0, 3, 10, 100, 199})
        EXPECT_NEAR(schedule.rate(step), flags.rate(step), 1e-15);
    // Left out means "auto", and is said: DeepSpeed by itself would take 1000 steps.
    std::vector<std::string> warnings;
    EXPECT_EQ(with_scheduler(R"({"type": "WarmupDecayLR"})", "linear", 200,
                             [](TrainOptions& o) { o.warmup_steps = 7; }, &warnings)
                  .schedule->warmup_num_steps,
              7);
    EXPECT_THAT(warnings,
                ::testing::ElementsAre(HasSubstr("no scheduler.params.warmup_num_steps")));
    EXPECT_FALSE(load_text("{}").schedule);
}

TEST(DeepSpeedSchedule, ContradictionsAreRefusedWithBothValues) {
    const auto refused = [](const std::string& json, const std::string& flag, std::int64_t total,
                            const std::function<void(TrainOptions&)>& change) -> std::string {
        try {
            with_scheduler(json, flag, total, change);
        } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), base::ErrorKind::Usage);
            return error.what();
        }
        return "accepted";
    };
    const std::string warm = R"({"type": "WarmupLR", "params": {"warmup_num_steps": 500}})";
    EXPECT_THAT(
        refused(warm, "constant_with_warmup", 1000, [](TrainOptions& o) { o.warmup_steps = 20; }),
        ::testing::AllOf(HasSubstr("scheduler.params.warmup_num_steps 500"),
                         HasSubstr("--warmup_steps says 20")));
    EXPECT_THAT(
        refused(warm, "constant_with_warmup", 1000, [](TrainOptions& o) { o.warmup_ratio = 0.03; }),
        ::testing::AllOf(HasSubstr("500"),
                         HasSubstr("--warmup_ratio says 0.03, 30 of 1000 steps")));
    EXPECT_THAT(refused(warm, "cosine", 1000, {}),
                HasSubstr("give --lr_scheduler_type constant_with_warmup"));
    EXPECT_THAT(
        refused(
            R"({"type": "WarmupDecayLR", "params": {"total_num_steps": 260, "warmup_num_steps": 0}})",
            "linear", 100, {}),
        ::testing::AllOf(HasSubstr("total_num_steps 260"), HasSubstr("the run has 100 steps")));
    EXPECT_THAT(refused(R"({"type": "WarmupCosineLR"})", "cosine", 100,
                        [](TrainOptions& o) { o.lr_scheduler_kwargs = R"({"num_cycles": 2})"; }),
                HasSubstr("--lr_scheduler_kwargs has no effect"));
    // The window asks before it knows how many steps the run has.
    EXPECT_EQ(
        with_scheduler(
            R"({"type": "WarmupDecayLR", "params": {"total_num_steps": 260, "warmup_num_steps": 10}})",
            "linear", 0)
            .schedule->total_num_steps,
        260);
    std::vector<std::string> warnings;
    with_scheduler(warm, "constant_with_warmup", 40, {}, &warnings);
    EXPECT_THAT(warnings,
                ::testing::ElementsAre(HasSubstr("500 steps, more than the 40 of the run")));
    with_scheduler(
        R"({"type": "WarmupLR", "params": {"warmup_num_steps": 5, "warmup_num_step": 3}})",
        "constant_with_warmup", 40, {}, &warnings);
    EXPECT_THAT(warnings.back(), HasSubstr("scheduler.params.warmup_num_step is not known here"));
}

TEST(DeepSpeedConfig, OptimizerThatRepeatsTheFlagsIsTaken) {
    EXPECT_NO_THROW(load_text(
        R"({"optimizer": {"type": "AdamW", "params": {"lr": "auto", "betas": "auto", "eps": 1e-8, "weight_decay": "auto"}},
        "scheduler": {"type": "WarmupDecayLR", "params": {"warmup_max_lr": "auto", "warmup_num_steps": "auto"}}})"));
}

TEST(DeepSpeedConfig, AMissingPublishedFileIsOneSentence) {
    try {
        load(options_for("scripts/zero2.json"));
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Usage);
        EXPECT_THAT(error.what(), HasSubstr("--deepspeed scripts/zero2.json is not there"));
        EXPECT_THAT(error.what(),
                    HasSubstr("training/zero2.json"));  // where the one of the program is
    }
}

TEST(DeepSpeedConfig, WrittenFormIsReadAgain) {
    ScratchFolder folder;
    const auto first = load(options_for(kOurs / "zero3.json"));
    Json json = to_json(first);
    json.erase("file");
    test::write(folder / "ds.json", json.dump());
    auto again = to_json(load(options_for(folder / "ds.json")));
    again.erase("file");
    EXPECT_EQ(again, json);
}

TEST(Include, HostAndDevices) {
    EXPECT_EQ(parse_include("localhost:0,2").devices, (std::vector<int>{0, 2}));
    EXPECT_EQ(parse_include("localhost:0,2").host, "localhost");
    EXPECT_EQ(parse_include("node7:3,0-1").devices, (std::vector<int>{3, 0, 1}));
    EXPECT_TRUE(parse_include("localhost").devices.empty());
    EXPECT_TRUE(parse_include("").devices.empty());
}

TEST(Include, RefusalsSayWhy) {
    const auto why = [](const std::string& text) -> std::string {
        try {
            parse_include(text);
        } catch (const base::Error& error) {
            EXPECT_EQ(error.kind(), base::ErrorKind::Usage);
            return error.what();
        }
        return "";
    };
    EXPECT_THAT(why("localhost:0,0"), HasSubstr("device 0 twice"));
    EXPECT_THAT(why("localhost:0,,1"), HasSubstr("\"\""));
    EXPECT_THAT(why("localhost:"), HasSubstr("device number"));
    EXPECT_THAT(why("localhost:-1"), HasSubstr("device number"));
    EXPECT_THAT(why("localhost:3-1"), HasSubstr("backwards"));
    EXPECT_THAT(why("localhost:9999"), HasSubstr("9999"));
    EXPECT_THAT(why(":0"), HasSubstr("no host"));
    EXPECT_THAT(why("0,1"), HasSubstr("host name"));
    EXPECT_THAT(why("a:0@b:1"), HasSubstr("several hosts"));
}

}  // namespace
}  // namespace univi::training
