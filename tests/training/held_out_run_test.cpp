// The held-out loss of a run, its history, and a schedule that follows it.
#include "tiny_run.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
using test::tiny_options;

std::vector<double> evaluations(const test::fs::path& run) {
    std::vector<double> result;
    for (const Json& event : test::events_of(run, "evaluation"))
        result.push_back(event["loss"].get<double>());
    return result;
}

TrainOptions held_out_options(const ScratchFolder& folder, const std::string& output) {
    TrainOptions options = tiny_options(folder, output);
    options.evaluation_strategy = "steps";
    options.eval_steps = 2;
    options.eval_dataset_use = "stage1";
    options.per_device_eval_batch_size = 2;
    options.save_final = false;
    return options;
}

TEST(HeldOutRun, OnTheTrainingDataItIsTheirMeanLoss) {
    ScratchFolder folder;
    TrainOptions options = held_out_options(folder, "run");
    options.learning_rate = 0;
    test::train_on_ranks(options, 1);
    double mean = 0;
    // four batches of two are all eight samples
    for (const double loss : test::losses_of(folder / "run")) mean += loss / 4;
    const auto found = evaluations(folder / "run");
    ASSERT_EQ(found.size(), 2U);
    for (const double loss : found) EXPECT_NEAR(loss / mean, 1, 1e-6);
    // As transformers writes it: the step's own entry, then that of the evaluation.
    const Json history = test::read_json(folder / "run/trainer_state.json")["log_history"];
    ASSERT_EQ(history.size(), 7U);
    EXPECT_EQ(history[1]["step"], 2);
    EXPECT_TRUE(history[1].contains("loss"));
    EXPECT_EQ(history[2]["step"], 2);
    EXPECT_EQ(history[2]["eval_loss"], found[0]);
    for (const char* key :
         {"eval_runtime", "eval_samples_per_second", "eval_steps_per_second", "epoch"})
        EXPECT_TRUE(history[2][key].is_number()) << key;
}

/// Twelve training samples beside the eight held-out ones: every number of ranks here divides them.
void add_twelve_samples(const ScratchFolder& folder, const std::string& datasets) {
    auto items = test::read_json(test::golden() / "data/train_chat_stage1.json");
    for (int i = 0; i < 4; ++i) items.push_back(items[static_cast<std::size_t>(i)]);
    test::write(folder / "twelve_chat.json", items.dump());
    Json list = test::read_json(datasets);
    list["twelve"] = {{{"chat_path", (folder / "twelve_chat.json").string()},
                       {"inputs", (test::golden() / "inputs").string()}}};
    test::write(datasets, list.dump());
}

TEST(HeldOutRun, AnyStageOnRanksMeasuresWhatOneProcessDoesAndTrainsOn) {
    ScratchFolder folder;
    TrainOptions one = held_out_options(folder, "one");
    add_twelve_samples(folder, one.datasets);
    one.dataset_use = "twelve";
    one.per_device_train_batch_size = 1;
    one.per_device_eval_batch_size = 1;  // the mean over samples, whoever has them
    one.gradient_accumulation_steps = 3;
    test::train_on_ranks(one, 1);
    const auto measured = evaluations(folder / "one"), losses = test::losses_of(folder / "one");
    ASSERT_EQ(measured.size(), 2U);
    EXPECT_NE(measured[0], measured[1]);
    for (int stage = 0; stage <= 3; ++stage) {
        SCOPED_TRACE(stage);
        // eight held-out samples on three ranks: the last batch leaves one without
        TrainOptions many = one;
        many.gradient_accumulation_steps = 1;
        many.output_dir = (folder / ("stage" + std::to_string(stage))).string();
        many.zero_stage = stage;
        many.gradient_checkpointing = stage == 3;
        test::train_on_ranks(many, 3);
        const auto ours = evaluations(many.output_dir),
                   our_losses = test::losses_of(many.output_dir);
        ASSERT_EQ(ours.size(), 2U);
        for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(ours[i] / measured[i], 1, 1e-5);
        ASSERT_EQ(our_losses.size(), 4U);
        for (std::size_t i = 0; i < 4; ++i)
            EXPECT_NEAR(our_losses[i] / losses[i], 1, 1e-5) << "step " << i;
    }
}

TEST(HeldOutRun, ItChangesNothingOfTheRun) {
    ScratchFolder folder;
    TrainOptions plain = tiny_options(folder, "plain");
    plain.save_final = false;
    test::train_on_ranks(plain, 1);
    test::train_on_ranks(held_out_options(folder, "measured"), 1);
    EXPECT_EQ(test::losses_of(folder / "plain"), test::losses_of(folder / "measured"));
}

TEST(HeldOutRun, StoppedWhileItMeasuresItMeasuresAfterwards) {
    ScratchFolder folder;
    test::train_on_ranks(held_out_options(folder, "whole"), 1);
    const TrainOptions options = held_out_options(folder, "run");
    base::StopSource source;
    TrainerHooks hooks;
    hooks.after_step = [&](const protocol::train::StepEvent& step) {
        if (step.step == 2) source.request_stop();
    };
    EXPECT_TRUE(Trainer(options, {}, source.get_token(), false, hooks).run().is_stopped);
    EXPECT_TRUE(evaluations(folder / "run").empty());
    test::train_on_ranks(options, 1);
    EXPECT_EQ(evaluations(folder / "run"), evaluations(folder / "whole"));
    EXPECT_EQ(test::history_of(folder / "run"), test::history_of(folder / "whole"));
}

TEST(HeldOutRun, APlateauLowersTheRateAlsoAcrossAResume) {
    ScratchFolder folder;
    const auto options_for = [&](const std::string& output, std::int64_t steps) {
        TrainOptions options = held_out_options(folder, output);
        options.eval_steps = 1;
        options.lr_scheduler_type = "reduce_lr_on_plateau";
        // nothing is progress enough
        options.lr_scheduler_kwargs = R"({"factor": 0.5, "patience": 1, "threshold": 1})";
        options.save_strategy = "steps";
        options.save_steps = 3;
        options.max_steps = steps;
        return options;
    };
    test::train_on_ranks(options_for("whole", 7), 1);
    test::train_on_ranks(options_for("parts", 3), 1);
    test::train_on_ranks(options_for("parts", 7), 1);
    std::vector<double> rates;
    for (const Json& event : test::events_of(folder / "whole", "step"))
        rates.push_back(event["learning_rate"].get<double>());
    EXPECT_EQ(rates, (std::vector<double>{1e-3, 1e-3, 1e-3, 5e-4, 5e-4, 2.5e-4, 2.5e-4}));
    EXPECT_EQ(test::losses_of(folder / "parts"), test::losses_of(folder / "whole"));
}

TEST(HeldOutRun, TheHistoryHasEntriesWhereItIsTold) {
    ScratchFolder folder;
    const auto steps_of = [&](const std::string& output, const std::string& strategy, bool first) {
        TrainOptions options = tiny_options(folder, output);
        options.logging_strategy = strategy;
        options.logging_steps = 4;
        options.logging_first_step = first;
        options.max_steps = 6;  // an epoch is four
        options.save_final = false;
        test::train_on_ranks(options, 1);
        std::vector<int> result;
        for (const Json& entry : test::history_of(folder / output))
            result.push_back(entry["step"].get<int>());
        return result;
    };
    EXPECT_EQ(steps_of("a", "steps", false), (std::vector<int>{4}));
    EXPECT_EQ(steps_of("b", "steps", true), (std::vector<int>{1, 4}));
    EXPECT_EQ(steps_of("c", "epoch", false), (std::vector<int>{4, 6}));
    EXPECT_EQ(steps_of("d", "no", true), (std::vector<int>{1}));
}

TEST(HeldOutRun, AnotherOrderIsNamedWhenResuming) {
    ScratchFolder folder;
    TrainOptions options = tiny_options(folder, "run");
    options.save_strategy = "steps";
    options.save_steps = 2;
    options.max_steps = 2;
    options.save_final = false;
    test::train_on_ranks(options, 1);
    options.max_steps = 4;
    options.dataloader_drop_last = true;
    test::train_on_ranks(options, 1);
    const auto warnings = test::events_of(folder / "run", "warning");
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0]["message"].get<std::string>().find("another drop_last"),
              std::string::npos);
}

}  // namespace
}  // namespace univi::training
