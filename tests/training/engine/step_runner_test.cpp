#include "training/engine/step_runner.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <new>

#include "core/base/error.h"
#include "tests/training/golden_run.h"
#include "tests/training/typed_events.h"
#include "training/engine/run_parts.h"
#include "training/engine/run_setup.h"
#include "training/engine/training_loader.h"

namespace univi::training {
namespace {

using ::testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(JudgeStep, OnlyFiniteNumbersAreAnUpdate) {
    EXPECT_EQ(judge_step(1.5, 0.1, nullptr), StepEnd::Updated);
    EXPECT_EQ(judge_step(std::nan(""), 0.1, nullptr), StepEnd::NotFinite);
    EXPECT_EQ(judge_step(1.5, kInfinity, nullptr), StepEnd::NotFinite);
}

TEST(JudgeStep, AScaleThatMayShrinkTakesTheBlame) {
    LossScaleConfig config;
    config.initial_scale_power = 2;
    config.hysteresis = 1;
    config.min_loss_scale = 1;
    LossScale scale(config);
    ASSERT_EQ(scale.value(), 4);
    EXPECT_EQ(judge_step(1.5, 0.1, &scale), StepEnd::Updated);
    EXPECT_EQ(judge_step(1.5, kInfinity, &scale), StepEnd::Overflow);
    EXPECT_EQ(scale.value(), 2);
    EXPECT_EQ(judge_step(std::nan(""), 0.1, &scale), StepEnd::Overflow);
    EXPECT_EQ(scale.value(), 1);
    EXPECT_EQ(judge_step(1.5, kInfinity, &scale), StepEnd::NotFinite);
    EXPECT_EQ(scale.value(), 1);
}

/// A run of stage 1 in this process up to its first step.
class StepRunnerTest : public ::testing::Test {
  protected:
    void open(const std::function<void(TrainOptions&)>& change = {}) {
        options = test::golden_run_options(folder, "stage1");
        options.tune_mm_mlp_adapter = true;
        options.dataloader_num_workers = 0;
        if (change) change(options);
        recorder.emplace(options, /*is_first=*/true, /*to_stdout=*/false);
        team.emplace(environment, TeamOptions{}, nullptr);
        Dataset dataset = load_dataset(options);
        course.emplace(options, static_cast<std::int64_t>(dataset.size()), 1, 0);
        parts = make_run_parts({options, environment, *team, *recorder, {}}, std::move(dataset),
                               course->total_steps());
        loader.emplace(options, parts->dataset, *parts->reader, *course, 1, base::StopToken());
        batcher.emplace(options, *course, *parts->encoder,
                        [this](std::int64_t batch) { return loader->open(batch); });
        batcher->restart();
    }
    StepOutcome step() {
        const ModelLoss loss{*parts->model, *parts->optimizer, *course, hooks};
        StepRunner runner(
            {options, parts->dataset, *parts->model, *parts->optimizer, parts->scale_or_null(), 0,
             *course, *batcher, loss, *team, agreement, *recorder, hooks},
            stop.get_token());
        return runner.run(1e-3);
    }
    at::Tensor weight() const { return parts->model->projector_parameters().front().second; }
    void spoil() {
        const at::NoGradGuard no_grad;
        weight().fill_(std::nan(""));
    }

    test::ScratchFolder folder;
    TrainOptions options;
    RankEnvironment environment;
    TrainerHooks hooks;
    base::StopSource stop;
    std::optional<RunRecorder> recorder;
    std::optional<RankTeam> team;
    const RankAgreement agreement{[](std::vector<double>&) {}};
    std::optional<RunCourse> course;
    std::unique_ptr<RunParts> parts;
    std::optional<TrainingLoader> loader;
    std::optional<MicroBatcher> batcher;
};

TEST_F(StepRunnerTest, UpdatesTheWeights) {
    open([](TrainOptions& options) { options.gradient_accumulation_steps = 2; });
    const at::Tensor before = weight().detach().clone();
    const StepOutcome outcome = step();
    EXPECT_EQ(outcome.end, StepEnd::Updated);
    EXPECT_TRUE(std::isfinite(outcome.loss) && outcome.loss > 0);
    EXPECT_GT(outcome.grad_norm, 0);
    EXPECT_EQ(outcome.samples, 4);
    EXPECT_GT(outcome.targets, 0);
    EXPECT_GT(outcome.tokens, outcome.targets);
    EXPECT_EQ(batcher->batch(), 2);
    EXPECT_EQ(course->position().loss_total, outcome.loss);
    EXPECT_FALSE(at::equal(before, weight().detach()));
}

TEST_F(StepRunnerTest, ALossThatIsNoNumberEndsTheRun) {
    open();
    spoil();
    try {
        step();
        FAIL() << "the step was done";
    } catch (const base::Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("The loss is no longer a number at step 1"));
        EXPECT_THAT(error.what(), HasSubstr("train_chat_stage1.json"));
        EXPECT_EQ(protocol::fault_of(error), protocol::Fault::NotANumber);
    }
}

TEST_F(StepRunnerTest, SuchAStepMayBeLeftOut) {
    open([](TrainOptions& options) { options.on_nan = "skip"; });
    spoil();
    const StepOutcome outcome = step();
    EXPECT_EQ(outcome.end, StepEnd::NotFinite);
    EXPECT_EQ(parts->optimizer->updates(), 0);
    EXPECT_EQ(course->position().loss_total, 0);
    EXPECT_EQ(test::events_of(options.output_dir, "warning").size(), 1U);
}

TEST_F(StepRunnerTest, AnOverflowShrinksTheScaleAndLeavesTheStepOut) {
    open();
    LossScaleConfig config;
    config.initial_scale_power = 4;
    config.hysteresis = 1;
    parts->scale.emplace(config);
    spoil();
    EXPECT_EQ(step().end, StepEnd::Overflow);
    EXPECT_EQ(parts->scale->value(), 8);
    EXPECT_EQ(parts->optimizer->updates(), 0);
    const auto events = test::events_of(options.output_dir, "overflow");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]["step"], 1);
}

TEST_F(StepRunnerTest, AStopComesBeforeTheStep) {
    open();
    stop.request_stop();
    EXPECT_EQ(step().end, StepEnd::Stopped);
    EXPECT_EQ(parts->optimizer->updates(), 0);
    EXPECT_EQ(batcher->batch(), 0);
}

TEST_F(StepRunnerTest, AStepWithoutMemoryIsDoneWithFewerSamplesAtATime) {
    open([](TrainOptions& options) { options.auto_micro_batch = true; });
    std::vector<std::int64_t> tried;
    hooks.before_forward = [&](std::int64_t, std::int64_t samples) {
        tried.push_back(samples);
        if (samples > 1) throw std::bad_alloc();
    };
    EXPECT_EQ(batcher->rounds(), 1);
    const StepOutcome outcome = step();
    EXPECT_EQ(outcome.end, StepEnd::Updated);
    EXPECT_EQ(outcome.samples, 2);
    EXPECT_EQ(tried, (std::vector<std::int64_t>{2, 1, 1}));
    EXPECT_EQ(batcher->size(), 1);
    EXPECT_EQ(batcher->rounds(), 2);
    hooks.before_forward = [](std::int64_t, std::int64_t) { throw std::bad_alloc(); };
    EXPECT_THROW(step(), base::Error);
}

}  // namespace
}  // namespace univi::training
