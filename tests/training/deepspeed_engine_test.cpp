#include "training/engine/deepspeed_engine.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <sstream>

#include "core/base/error.h"
#include "core/protocol/train_protocol.h"
#include "training/engine/deepspeed_command.h"
#include "training/engine/deepspeed_log.h"
#include "training/options/shell_words.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::Json;
namespace train = protocol::train;
using test::ScratchFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TrainOptions stage1() {
    TrainOptions options;
    options.model_name_or_path = "base", options.output_dir = "out dir",
    options.include = "localhost:0,1";
    options.master_port = 29602, options.deepspeed = "scripts/zero3.json",
    options.model_use = "PRETUNE";
    options.dataset_use = "Pretrain", options.tune_mm_mlp_adapter = true, options.bf16 = true;
    options.learning_rate = 2e-3, options.logging_steps = 1,
    options.report_to = "wandb,tensorboard";
    options.per_device_train_batch_size = 16, options.engine = "deepspeed";
    return options;
}

TEST(DeepSpeedCommand, IsThePublishedOne) {
    const auto command = deepspeed_command(stage1());
    EXPECT_TRUE(command.warnings.empty());
    const std::vector<std::string> head(command.words.begin(), command.words.begin() + 5);
    EXPECT_THAT(head, ElementsAre("deepspeed", "--include", "localhost:0,1", "--master_port=29602",
                                  "ChatUniVi/train/train_mem.py"));
    const std::string line = shell_line(command.words);
    for (const char* each :
         {"--deepspeed scripts/zero3.json", "--tune_mm_mlp_adapter True", "--bf16 True",
          "--learning_rate 0.002", "--per_device_train_batch_size 16", "--logging_steps 1",
          "--output_dir 'out dir'", "--report_to wandb tensorboard",
          // Left out, these would mean something else there.
          "--version v1", "--mm_vision_select_layer -2", "--mm_use_im_patch_token False",
          "--model_max_length 2048", "--lazy_preprocess True", "--dataloader_num_workers 4"})
        EXPECT_THAT(line, HasSubstr(each));
    // Defaults that are the same there, what only we know, and what the launcher has.
    for (const char* each : {"--dataset_use", "--engine", "--shuffle", "--threads",
                             "--save_total_limit", "--local_rank", "--data_seed"})
        EXPECT_THAT(line, Not(HasSubstr(each)));
}

TEST(DeepSpeedCommand, ReferenceRootAndWarnings) {
    TrainOptions options = stage1();
    options.reference_root = "/opt/Chat-UniVi";
    options.datasets = "d.json";
    options.threads = 3;
    const auto command = deepspeed_command(options);
    EXPECT_THAT(command.words, ::testing::Contains("/opt/Chat-UniVi/ChatUniVi/train/train_mem.py"));
    ASSERT_EQ(command.warnings.size(), 2U);
    EXPECT_THAT(command.warnings[0], HasSubstr("--datasets"));
    options.shuffle = false;
    EXPECT_THROW(deepspeed_command(options), base::Error);
}

TEST(PythonDictionary, PlainValues) {
    EXPECT_EQ(*parse_python_dictionary(
                  "x {'loss': 1.25, 'a': None, 'b': True, 'c': nan, 'd': '1e-5', 'e': 'x, y}'} y"),
              Json({{"loss", 1.25},
                    {"a", nullptr},
                    {"b", true},
                    {"c", nullptr},
                    {"d", 1e-5},
                    {"e", "x, y}"}}));
    for (const char* none :
         {"", "no dictionary", "{", "{}", "{'a'}", "{'a': 1", "{'a': 1,", "{a: 1}", "{'a"})
        EXPECT_FALSE(parse_python_dictionary(none)) << none;
}

/// What a run of the reference prints, line by line, with the time of each.
std::int64_t step_of(DeepSpeedLog& log, const char* line) {
    return std::get<train::StepEvent>(log.feed(line, 3).at(0)).step;
}

TEST(DeepSpeedLog, LinesBecomeEvents) {
    TrainOptions options = stage1();
    options.logging_steps = 2;
    DeepSpeedLog log(options, 2);
    EXPECT_TRUE(
        log.feed("[INFO] [launch.py:256:main] process 4711 spawned with command: ['python', '-u']",
                 0)
            .empty());
    EXPECT_TRUE(
        log.feed("Loading checkpoint shards: 100%|##########| 2/2 [00:03<00:00,  1.5s/it]", 1)
            .empty());
    DeepSpeedLog fresh(options, 2);
    EXPECT_TRUE(fresh
                    .feed("\r  0%|          | 0/240 [00:00<?, ?it/s]\r  0%|          | 1/240 "
                          "[00:02<08:00,  2.00s/it]",
                          2)
                    .empty());
    auto events = fresh.feed(
        "  1%|          | 2/240 [00:04<07:56,  2.00s/it]{'loss': 5.5, 'learning_rate': 0.0005, "
        "'epoch': 0.01}",
        4);
    ASSERT_EQ(events.size(), 1U);
    auto step = std::get<train::StepEvent>(events[0]);
    EXPECT_EQ(step.step, 2);
    EXPECT_EQ(step.total_steps, 240);
    EXPECT_EQ(step.loss, 5.5);
    EXPECT_EQ(step.learning_rate, 0.0005);
    EXPECT_EQ(step.epoch, 0.01);
    events =
        fresh.feed("{'loss': nan, 'grad_norm': 1.5, 'learning_rate': 0.001, 'epoch': 0.02}", 8);
    ASSERT_EQ(events.size(), 1U);
    step = std::get<train::StepEvent>(*train::parse_event(train::to_line(events[0])));
    EXPECT_EQ(step.step, 4);
    EXPECT_TRUE(std::isnan(step.loss));
    EXPECT_EQ(step.grad_norm, 1.5);
    EXPECT_EQ(step.step_s, 2);
    EXPECT_EQ(step.samples_per_s, 16);  // 16 a device, two devices, two seconds
    EXPECT_EQ(step.eta_s, 2 * 236);
    events = fresh.feed("[INFO|trainer.py:2926] >> Saving model checkpoint to out/checkpoint-4", 9);
    ASSERT_EQ(events.size(), 1U);
    const auto& checkpoint = std::get<train::CheckpointEvent>(events[0]);
    EXPECT_EQ(checkpoint.path, "checkpoint-4");
    EXPECT_EQ(checkpoint.step, 4);
    events = fresh.feed("{'eval_loss': 2.5, 'eval_runtime': 3.0, 'epoch': 0.5}", 10);
    EXPECT_EQ(std::get<train::EvaluationEvent>(events[0]).loss, 2.5);
    events = fresh.feed(
        "{'train_runtime': 480.0, 'train_samples_per_second': 16.0, 'train_loss': 3.1, 'epoch': "
        "1.0}",
        11);
    EXPECT_EQ(std::get<train::DoneEvent>(events[0]).seconds, 480.0);
}

TEST(DeepSpeedLog, AResumedRunCountsOn) {
    TrainOptions options = stage1();
    options.logging_steps = 10;
    options.max_steps = 200;
    DeepSpeedLog log(options, 0);
    log.feed(" 50%|#####     | 100/200 [00:00<?, ?it/s]", 0);
    log.feed(" 52%|#####2    | 105/200 [00:00<?, ?it/s]", 1);
    const auto events = log.feed("{'loss': 1.0, 'learning_rate': 1e-3, 'epoch': 0.5}", 2);
    EXPECT_EQ(std::get<train::StepEvent>(events[0]).step, 110);
    EXPECT_EQ(step_of(log, "{'loss': 1.0, 'learning_rate': 1e-3, 'epoch': 0.5}"), 120);
}

TEST(DeepSpeedLog, FirstStepAndErrors) {
    TrainOptions options = stage1();
    options.logging_steps = 5;
    options.logging_first_step = true;
    DeepSpeedLog log(options, 0);
    EXPECT_EQ(step_of(log, "{'loss': '1.0', 'learning_rate': '1e-3', 'epoch': '0.5'}"), 1);
    EXPECT_EQ(step_of(log, "{'loss': 1.0, 'learning_rate': 1e-3, 'epoch': 0.5}"), 5);
    EXPECT_EQ(log.error(), "");
    log.feed("Traceback (most recent call last):", 4);
    log.feed("torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB.", 4);
    EXPECT_EQ(log.error(),
              "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB.");
}

/// A program named deepspeed that prints `script`'s words, in front of PATH while it lives.
class FakeDeepSpeed {
  public:
    explicit FakeDeepSpeed(const std::string& script) : path_(std::getenv("PATH")) {
        test::fs::create_directories(folder_ / "bin");
        test::fs::create_directories(folder_ / "ref/ChatUniVi/train");
        test::write(folder_ / "ref/ChatUniVi/train/train_mem.py", "");
        test::write(folder_ / "bin/deepspeed", "#!/bin/sh\n" + script);
        ::chmod((folder_ / "bin/deepspeed").c_str(), 0755);
        ::setenv("PATH", ((folder_ / "bin").string() + ":" + path_).c_str(), 1);
    }
    ~FakeDeepSpeed() { ::setenv("PATH", path_.c_str(), 1); }
    TrainOptions options() const {
        TrainOptions options = stage1();
        options.output_dir = (folder_ / "run").string();
        options.reference_root = (folder_ / "ref").string();
        options.report_to = "tensorboard";
        options.max_steps = 3;
        return options;
    }
    std::vector<Json> events() const {
        std::vector<Json> result;
        std::istringstream lines(base::read_file(folder_ / "run/events.jsonl"));
        for (std::string line; std::getline(lines, line);) result.push_back(Json::parse(line));
        return result;
    }
    test::fs::path run() const { return folder_ / "run"; }

  private:
    ScratchFolder folder_;
    std::string path_;
};

int run_quietly(const TrainOptions& options, const base::StopToken& stop = {}) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    struct Release {
        ~Release() {
            ::testing::internal::GetCapturedStdout();
            ::testing::internal::GetCapturedStderr();
        }
    } release;
    return run_deepspeed_engine(options, {"univi-train"}, stop);
}

TEST(DeepSpeedEngine, ARunIsFollowed) {
    FakeDeepSpeed fake(
        "for i in 1 2 3; do echo \"{'loss': $i.5, 'learning_rate': 0.001, 'epoch': 0.$i}\"; done\n"
        "echo \"{'train_runtime': 7.5, 'train_loss': 2.0, 'epoch': 1.0}\"\n");
    EXPECT_EQ(run_quietly(fake.options()), 0);
    const auto events = fake.events();
    ASSERT_EQ(events.size(), 5U);
    EXPECT_EQ(events[0]["event"], "start");
    EXPECT_EQ(events[0]["engine"], "deepspeed");
    for (int i = 1; i <= 3; ++i) {
        EXPECT_EQ(events[static_cast<std::size_t>(i)]["step"], i);
        EXPECT_EQ(events[static_cast<std::size_t>(i)]["loss"], i + 0.5);
        EXPECT_EQ(events[static_cast<std::size_t>(i)]["total_steps"], 3);
    }
    EXPECT_EQ(events[4]["event"], "done");
    EXPECT_EQ(test::read_json(fake.run() / "run.json")["engine_command"][0], "deepspeed");
    EXPECT_FALSE(test::fs::is_empty(fake.run() / "runs"));
}

TEST(DeepSpeedEngine, AnErrorIsToldInItsWords) {
    FakeDeepSpeed fake("echo 'ValueError: the projector has another width' >&2; exit 3\n");
    try {
        run_quietly(fake.options());
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("code 3: ValueError: the projector has another width"));
    }
    EXPECT_EQ(fake.events().back()["event"], "error");
}

TEST(DeepSpeedEngine, AStopReachesIt) {
    FakeDeepSpeed fake("trap 'exit 0' INT\nwhile true; do sleep 0.05; done\n");
    base::StopSource stop;
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        stop.request_stop();
    });
    EXPECT_EQ(run_quietly(fake.options(), stop.get_token()), 1);
    later.join();
    EXPECT_EQ(fake.events().back()["event"], "stopped");
}

TEST(DeepSpeedEngine, WhatIsMissingIsNamed) {
    FakeDeepSpeed fake("exit 0\n");
    TrainOptions options = fake.options();
    options.reference_root = "/nowhere";
    try {
        run_quietly(options);
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("--reference_root"));
    }
}

}  // namespace
}  // namespace univi::training
