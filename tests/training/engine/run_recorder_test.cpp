#include "training/engine/run_recorder.h"

#include <gtest/gtest.h>

#include "tests/training/training_support.h"
#include "tests/training/typed_events.h"

namespace univi::training {
namespace {

struct Fixture {
    explicit Fixture(bool is_first = true) {
        options.output_dir = (folder / "run").string();
        options.per_device_train_batch_size = 2;
        options.max_steps = 4;
        course.emplace(options, 8, 1, 0);
        recorder.emplace(options, is_first, /*to_stdout=*/false);
    }
    StepOutcome do_step(double loss) {
        course->add_loss(loss);
        course->finish_step(course->position().batches + 1);
        StepOutcome step;
        step.loss = loss;
        step.grad_norm = 0.5;
        step.learning_rate = 1e-3;
        step.samples = 2, step.tokens = 30;
        step.step_s = 0.5;
        return step;
    }
    test::fs::path run() const { return options.output_dir; }
    test::ScratchFolder folder;
    TrainOptions options;
    std::optional<RunCourse> course;
    std::optional<RunRecorder> recorder;
};

TEST(RunRecorder, AStepIsAnEvent) {
    Fixture f;
    const auto event = f.recorder->report_step(*f.course, f.do_step(2.5));
    EXPECT_EQ(event.step, 1);
    EXPECT_EQ(event.samples_per_s, 4);
    EXPECT_EQ(event.tokens_per_s, 60);
    EXPECT_EQ(event.eta_s, 1.5);  // three steps are left
    const auto events = test::events_of(f.run(), "step");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]["loss"], 2.5);
    EXPECT_EQ(events[0]["total_steps"], 4);
}

TEST(RunRecorder, TheHistoryHasTheMeanSinceTheLastEntry) {
    Fixture f;
    f.do_step(1);
    f.recorder->log_history(*f.course, f.do_step(4));
    const base::Json& history = f.course->position().log_history;
    ASSERT_EQ(history.size(), 1U);
    EXPECT_EQ(history[0]["loss"], 2.5);
    EXPECT_EQ(history[0]["step"], 2);
    EXPECT_EQ(history[0]["epoch"], 0.5);
    f.course->finish_step(3);  // a step that was left out
    f.recorder->log_history(*f.course, {});
    EXPECT_EQ(history.size(), 1U);
    f.recorder->log_history(*f.course, f.do_step(3));
    EXPECT_EQ(history[1]["loss"], 3);
}

TEST(RunRecorder, TheHeldOutLossIsAnEventAndAnEntry) {
    Fixture f;
    f.do_step(1);
    f.recorder->report_evaluation(*f.course, 1.25, 10, 5, 2);
    const auto events = test::events_of(f.run(), "evaluation");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0]["step"], 1);
    const base::Json entry = f.course->position().log_history.back();
    EXPECT_EQ(entry["eval_loss"], 1.25);
    EXPECT_EQ(entry["eval_samples_per_second"], 5);
    EXPECT_EQ(entry["eval_steps_per_second"], 2.5);
}

TEST(RunRecorder, CheckpointsAndTheEndWriteTheState) {
    Fixture f;
    f.do_step(2);
    f.recorder->report_checkpoint(*f.course, f.run() / "checkpoint-1");
    EXPECT_EQ(test::read_json(f.run() / "trainer_state.json")["global_step"], 1);
    EXPECT_EQ(test::events_of(f.run(), "checkpoint").size(), 1U);
    f.do_step(4);
    f.recorder->report_done(*f.course);
    const auto state = test::read_json(f.run() / "trainer_state.json");
    EXPECT_EQ(state["global_step"], 2);
    EXPECT_EQ(state["log_history"].back()["train_loss"], 3);
    EXPECT_TRUE(state["log_history"].back().contains("train_runtime"));
    EXPECT_EQ(test::events_of(f.run(), "done").size(), 1U);
}

/// The first rank alone has a folder; the others say nothing twice.
TEST(RunRecorder, OtherRanksWriteNothing) {
    Fixture f(/*is_first=*/false);
    EXPECT_EQ(f.recorder->folder(), nullptr);
    f.recorder->warn("of a sample");
    f.recorder->report_step(*f.course, f.do_step(1));
    f.recorder->report_checkpoint(*f.course, f.run() / "checkpoint-1");
    f.recorder->report_done(*f.course);
    EXPECT_FALSE(test::fs::exists(f.run()));
}

TEST(RunRecorder, WarningsAreEvents) {
    Fixture f;
    f.recorder->warn("a picture is missing");
    f.recorder->warn_once("the disk is full", protocol::Fault::DiskFull);
    const auto events = test::events_of(f.run(), "warning");
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0]["message"], "a picture is missing");
    EXPECT_EQ(events[1]["message"], "the disk is full");
}

}  // namespace
}  // namespace univi::training
