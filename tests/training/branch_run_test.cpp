// A run that goes back to an older checkpoint, and one that goes on with other batches.
#include <gmock/gmock.h>

#include "core/base/atomic_folder.h"
#include "tiny_run.h"
#include "training/run/branches.h"
#include "training/run/checkpoint_folders.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
using test::tiny_options;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Items = std::vector<std::int64_t>;

/// Stage 1, one sample a step, a checkpoint every second of `steps` steps.
TrainOptions run_options(const ScratchFolder& folder, const std::string& output,
                         std::int64_t steps) {
    TrainOptions options = tiny_options(folder, output);
    options.pretrain_mm_mlp_adapter.clear();
    options.tune_mm_mlp_adapter = true;
    options.per_device_train_batch_size = 1;
    options.max_steps = steps;
    options.save_strategy = "steps";
    options.save_steps = 2;
    return options;
}

/// Samples used, batch after batch, all ranks' together.
struct Used {
    std::mutex mutex;
    std::vector<Items> batches;
    Items all() const {
        Items result;
        for (const Items& each : batches) result.insert(result.end(), each.begin(), each.end());
        return result;
    }
};

TrainerHooks recording(Used& used) {
    TrainerHooks hooks;
    hooks.batch_used = [&](const Items& items) {
        const std::lock_guard lock(used.mutex);
        used.batches.push_back(items);
    };
    return hooks;
}

Items train(const TrainOptions& options) {
    Used used;
    test::train_on_ranks(options, 1, [&](int) { return recording(used); });
    return used.all();
}

std::vector<std::string> names(const test::fs::path& folder) {
    std::vector<std::string> result;
    for (const auto& each : list_checkpoints(folder)) result.push_back(each.filename());
    return result;
}

std::vector<std::int64_t> steps_of(const test::fs::path& run) {
    std::vector<std::int64_t> result;
    for (const Json& event : test::events_of(run, "step")) result.push_back(event["step"]);
    return result;
}

Json last_start(const test::fs::path& run) {
    return test::events_of(run, "start").back();
}

TEST(BranchRun, GoingBackKeepsTheNewCheckpointsAndTheOldOnes) {
    ScratchFolder folder;
    for (const std::int64_t limit : {0, 1, 2}) {
        SCOPED_TRACE(limit);
        const std::string name = "run" + std::to_string(limit);
        const auto run = folder / name;
        TrainOptions options = run_options(folder, name, 8);
        options.save_final = false;
        train(options);
        const auto before = base::read_file(run / "checkpoint-4/manifest.json");
        options.resume_from_checkpoint = (run / "checkpoint-2").string();
        options.save_total_limit = limit;
        options.max_steps = 6;
        options.learning_rate = 5e-4;  // another line
        train(options);
        if (limit == 0) {
            EXPECT_THAT(names(run), ElementsAre("checkpoint-2", "checkpoint-4", "checkpoint-6"));
        }
        if (limit == 1) {
            EXPECT_THAT(names(run), ElementsAre("checkpoint-6"));
        }
        if (limit == 2) {
            EXPECT_THAT(names(run), ElementsAre("checkpoint-4", "checkpoint-6"));
        }
        EXPECT_THAT(names(run / "branches/1"),
                    ElementsAre("checkpoint-4", "checkpoint-6", "checkpoint-8"));
        EXPECT_EQ(base::read_file(run / "branches/1/checkpoint-4/manifest.json"), before);
        if (limit != 1) {
            EXPECT_NE(base::read_file(run / "checkpoint-4/manifest.json"), before);
        }
        for (const Json& event : test::events_of(run, "checkpoint"))
            if (event["step"] == 6) {
                EXPECT_TRUE(test::fs::exists(run / event["path"].get<std::string>()));
            }
        EXPECT_THAT(steps_of(run), ElementsAre(1, 2, 3, 4, 5, 6));
        EXPECT_EQ(test::history_of(run).size(), 6U);
        // A plain restart goes on with the new line.
        options.resume_from_checkpoint.clear();
        options.max_steps = 7;
        train(options);
        EXPECT_EQ(last_start(run)["resumed_from"], "checkpoint-6");
        EXPECT_EQ(list_branches(run).size(), 1U);
    }
}

TEST(BranchRun, AFinishedRunIsGoneBackToAndEndsAsTheOldOne) {
    ScratchFolder folder;
    const auto run = folder / "run";
    TrainOptions options = run_options(folder, "run", 6);
    train(options);
    const std::string projector = base::read_file(run / "mm_projector.bin");
    const Json history = test::history_of(run);
    EXPECT_TRUE(train(options).empty());  // done
    options.resume_from_checkpoint = (run / "checkpoint-6").string();
    EXPECT_TRUE(train(options).empty());  // nothing lies after it
    options.resume_from_checkpoint = (run / "checkpoint-2/").string();
    EXPECT_EQ(train(options), (Items{2, 3, 4, 5}));
    // The same settings come to the same bits, in both places.
    EXPECT_EQ(base::read_file(run / "mm_projector.bin"), projector);
    EXPECT_EQ(base::read_file(run / "branches/1/mm_projector.bin"), projector);
    EXPECT_EQ(test::history_of(run), history);
    EXPECT_EQ(test::history_of(run / "branches/1"), history);
    options.resume_from_checkpoint = "False";
    EXPECT_EQ(train(options).size(), 6U);
    EXPECT_EQ(list_branches(run).size(), 2U);
}

TEST(BranchRun, AStopAfterGoingBackSavesTheNewLine) {
    ScratchFolder folder;
    const auto run = folder / "run";
    TrainOptions options = run_options(folder, "run", 6);
    options.save_total_limit = 1;
    options.save_final = false;
    options.save_steps = 3;
    train(options);
    options.save_total_limit = 0;
    options.max_steps = 9;
    train(options);  // 6, 9
    options.save_total_limit = 1;
    options.resume_from_checkpoint = (run / "checkpoint-6").string();
    base::StopSource stop;
    TrainerHooks hooks;
    hooks.after_step = [&](const protocol::train::StepEvent& step) {
        if (step.step == 7) stop.request_stop();
    };
    EXPECT_TRUE(Trainer(options, {}, stop.get_token(), false, hooks).run().is_stopped);
    EXPECT_THAT(names(run), ElementsAre("checkpoint-7"));
    EXPECT_THAT(names(run / "branches/1"), ElementsAre("checkpoint-9"));
    options.resume_from_checkpoint.clear();
    train(options);
    EXPECT_EQ(last_start(run)["resumed_from"], "checkpoint-7");
}

TEST(BranchRun, RanksAndZeroGoBackTogether) {
    ScratchFolder folder;
    const auto run = folder / "run";
    TrainOptions options = run_options(folder, "run", 6);
    options.zero_stage = 2;
    test::train_on_ranks(options, 2);
    const auto losses = test::losses_of(run);
    options.resume_from_checkpoint = (run / "checkpoint-2").string();
    test::train_on_ranks(options, 2);
    EXPECT_EQ(test::losses_of(run), losses);
    EXPECT_TRUE(
        test::fs::exists(run / "branches/1/checkpoint-6/optimizer-00002-of-00002.safetensors"));
    // To the line set aside, with one rank.
    options.resume_from_checkpoint = (run / "branches/1/checkpoint-4").string();
    options.gradient_accumulation_steps = 2;
    train(options);
    const auto again = test::losses_of(run);
    ASSERT_EQ(again.size(), losses.size());
    for (std::size_t i = 0; i < losses.size(); ++i) EXPECT_NEAR(again[i] / losses[i], 1, 1e-5);
    EXPECT_EQ(list_branches(run).size(), 2U);
}

TEST(BranchRun, ALineFromElsewhereGoesOnThere) {
    ScratchFolder folder;
    TrainOptions options = run_options(folder, "first", 4);
    train(options);
    options.output_dir = (folder / "second").string();
    options.resume_from_checkpoint = (folder / "first/checkpoint-2").string();
    options.save_steps = 100;
    options.max_steps = 5;
    options.save_final = false;
    EXPECT_EQ(train(options), (Items{2, 3, 4}));
    EXPECT_EQ(last_start(folder / "second")["started_from"],
              (folder / "first/checkpoint-2").string());
    options.resume_from_checkpoint.clear();  // no checkpoint of its own yet
    options.max_steps = 6;
    EXPECT_EQ(train(options), (Items{2, 3, 4, 5}));
    EXPECT_EQ(names(folder / "first").size(), 2U);
}

struct Change {
    std::int64_t batch, accumulation, ranks;
};

/// Eight samples in file order: after a change of anything the run goes on at the first sample not
/// used, over epochs.
TEST(BatchChange, NoSampleIsUsedTwiceOrLeftOut) {
    ScratchFolder folder;
    int number = 0;
    for (const auto& [before, steps, now] : {std::tuple{Change{2, 1, 1}, 1, Change{3, 1, 1}},
                                             std::tuple{Change{1, 3, 1}, 1, Change{2, 1, 1}},
                                             std::tuple{Change{2, 1, 1}, 3, Change{1, 2, 1}},
                                             std::tuple{Change{1, 1, 2}, 3, Change{4, 1, 1}},
                                             std::tuple{Change{3, 1, 1}, 2, Change{1, 1, 3}},
                                             std::tuple{Change{2, 1, 1}, 5, Change{3, 2, 1}}}) {
        SCOPED_TRACE(++number);
        TrainOptions options = run_options(folder, "run" + std::to_string(number), 0);
        options.save_final = false;
        options.save_steps = 1;
        const auto run = [&](const Change& change, std::int64_t max_steps) {
            options.per_device_train_batch_size = change.batch;
            options.gradient_accumulation_steps = change.accumulation;
            options.max_steps = max_steps;
            Used used;
            test::train_on_ranks(options, static_cast<int>(change.ranks),
                                 [&](int) { return recording(used); });
            return used.all();
        };
        Items seen = run(before, steps);
        std::ranges::sort(seen);  // of a batch that ranks share
        Items after = run(now, steps + 3);
        const auto used = static_cast<std::int64_t>(seen.size());
        EXPECT_EQ(last_start(options.output_dir)["position"],
                  (Json{{"step", steps}, {"epoch", used / 8}, {"sample", used % 8}}));
        EXPECT_FALSE(last_start(options.output_dir)["changed"].empty());
        if (now.ranks == 1) {
            for (std::size_t i = 0; i < after.size(); ++i)
                EXPECT_EQ(after[i], (used + static_cast<std::int64_t>(i)) % 8) << i;
        } else {
            Items expected;
            for (std::size_t i = 0; i < after.size(); ++i)
                expected.push_back((used + static_cast<std::int64_t>(i)) % 8);
            std::ranges::sort(after);
            std::ranges::sort(expected);
            EXPECT_EQ(after, expected);
        }
    }
}

TEST(BatchChange, EpochsAreDoneToTheirEndAndTheRunIsDoneThen) {
    ScratchFolder folder;
    TrainOptions options = run_options(folder, "run", 0);
    options.num_train_epochs = 1;
    options.per_device_train_batch_size = 2;
    base::StopSource stop;
    TrainerHooks hooks;
    hooks.after_step = [&](const protocol::train::StepEvent& step) {
        if (step.step == 2) stop.request_stop();
    };
    Trainer(options, {}, stop.get_token(), false, hooks).run();  // four samples
    options.per_device_train_batch_size = 3;
    EXPECT_EQ(train(options), (Items{4, 5, 6, 7}));
    const Json done = test::events_of(folder / "run", "done").back();
    EXPECT_EQ(done["step"], 4);
    EXPECT_EQ(test::events_of(folder / "run", "step").back()["epoch"], 1.0);
    EXPECT_THAT(test::events_of(folder / "run", "warning").back()["message"].get<std::string>(),
                HasSubstr("samples a batch 2 → 3, samples a step 2 → 3): the run goes on at sample "
                          "5 of 8 in epoch 1, 2 steps are left"));
    EXPECT_TRUE(train(options).empty());  // done, also as the flags have it now
    options.per_device_train_batch_size = 1;
    EXPECT_TRUE(train(options).empty());
    options.num_train_epochs = 2;
    EXPECT_EQ(train(options), (Items{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(BatchChange, ShuffledAndKilledTwiceItIsTheSameRun) {
    ScratchFolder folder;
    TrainOptions options = run_options(folder, "a", 3);
    options.shuffle = true;
    options.save_final = false;
    options.save_steps = 1;
    train(options);  // three samples
    options.per_device_train_batch_size = 2;
    test::fs::copy(folder / "a", folder / "b", test::fs::copy_options::recursive);
    options.max_steps = 7;
    const Items whole = train(options);
    options.output_dir = (folder / "b").string();
    Items parts;
    for (const std::int64_t until : {4, 6, 7}) {
        options.max_steps = until;
        const Items part = train(options);
        parts.insert(parts.end(), part.begin(), part.end());
    }
    EXPECT_EQ(parts, whole);
    EXPECT_EQ(whole.size(), 7U);  // 2 + 2 + 1, the epoch's last batch, + 2
    EXPECT_EQ(test::losses_of(folder / "a"), test::losses_of(folder / "b"));
}

TEST(BatchChange, AnOlderCheckpointGoesOn) {
    ScratchFolder folder;
    TrainOptions options = run_options(folder, "run", 3);
    options.per_device_train_batch_size = 2;
    options.save_final = false;
    options.save_steps = 3;
    train(options);
    // As the program wrote it before positions were kept in samples.
    Json training = test::read_json(folder / "run/checkpoint-3/training.json");
    for (const char* key : {"samples", "grid", "num_samples"}) training.erase(key);
    training["identity"].erase("ranks");
    {
        base::AtomicFolder made(folder / "run/checkpoint-3");
        for (const auto& entry : test::fs::directory_iterator(folder / "run/checkpoint-3"))
            if (entry.path().filename() != "manifest.json")
                test::fs::copy(entry.path(), made.path() / entry.path().filename(),
                               test::fs::copy_options::recursive);
        test::write(made.path() / "training.json", training.dump());
        made.commit();
    }
    options.max_steps = 4;
    options.per_device_train_batch_size = 1;
    EXPECT_EQ(train(options), (Items{6}));
}

}  // namespace
}  // namespace univi::training
