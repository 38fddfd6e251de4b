#include "training/engine/checkpoint_keeper.h"

#include <gmock/gmock.h>

#include "core/base/disk_full.h"
#include "tests/training/training_support.h"
#include "tests/training/typed_events.h"
#include "training/run/checkpoint_folders.h"

namespace univi::training {
namespace {

using ::testing::ElementsAre;

class CheckpointKeeperTest : public ::testing::Test {
  protected:
    CheckpointKeeperTest() {
        options.output_dir = (folder / "run").string();
        options.per_device_train_batch_size = 2;
        options.num_train_epochs = 2;
        options.save_steps = 2;
        course.emplace(options, 6, 1, 0);  // three steps an epoch
        recorder.emplace(options, /*is_first=*/true, /*to_stdout=*/false);
        keeper.emplace(options, *course, *recorder,
                       [this](const RunPosition& position, const base::Json& state) {
                           return write(position, state);
                       });
    }
    test::fs::path write(const RunPosition& position, const base::Json& state) {
        if (disk_is_full) throw base::DiskFull("No room.");
        EXPECT_EQ(state["global_step"], position.step);
        EXPECT_TRUE(position.samples.has_value());
        written.push_back(position.step);
        const test::fs::path path =
            test::fs::path(options.output_dir) / checkpoint_name(position.step);
        test::fs::create_directories(path);
        return path;
    }
    void step() { course->finish_step(course->position().batches + 1); }
    /// Steps after which a checkpoint is due, of the whole run.
    std::vector<std::int64_t> due() {
        std::vector<std::int64_t> result;
        while (!course->is_complete()) {
            step();
            if (keeper->is_due()) result.push_back(course->position().step);
        }
        return result;
    }
    std::vector<std::string> kept() const {
        std::vector<std::string> names;
        for (const auto& each : list_checkpoints(options.output_dir))
            names.push_back(each.filename().string());
        return names;
    }
    test::ScratchFolder folder;
    TrainOptions options;
    std::optional<RunCourse> course;
    std::optional<RunRecorder> recorder;
    std::optional<CheckpointKeeper> keeper;
    std::vector<std::int64_t> written;
    bool disk_is_full = false;
};

TEST_F(CheckpointKeeperTest, IsDueEverySoManySteps) {
    EXPECT_THAT(due(), ElementsAre(2, 4, 6));
}

TEST_F(CheckpointKeeperTest, IsDueAtTheEndOfAnEpoch) {
    options.save_strategy = "epoch";
    EXPECT_THAT(due(), ElementsAre(3, 6));
}

TEST_F(CheckpointKeeperTest, IsNeverDueWithoutAStrategy) {
    options.save_strategy = "no";
    EXPECT_THAT(due(), ElementsAre());
}

TEST_F(CheckpointKeeperTest, SavesAPlaceOnce) {
    step();
    keeper->has_saved(1);
    keeper->save();
    EXPECT_THAT(written, ElementsAre());
    step();
    keeper->save();
    keeper->save();
    EXPECT_THAT(written, ElementsAre(2));
    EXPECT_EQ(test::events_of(options.output_dir, "checkpoint").size(), 1U);
}

/// The limit counts what lies up to the newest one: a later checkpoint is of another line.
TEST_F(CheckpointKeeperTest, OldOnesGo) {
    options.save_total_limit = 2;
    test::fs::create_directories(test::fs::path(options.output_dir) / "checkpoint-9");
    for (int i = 0; i < 4; ++i) {
        step();
        keeper->save();
    }
    EXPECT_THAT(kept(), ElementsAre("checkpoint-3", "checkpoint-4", "checkpoint-9"));
}

TEST_F(CheckpointKeeperTest, AFullDiskIsAWarningOnTheWay) {
    step();
    disk_is_full = true;
    keeper->save_or_warn();
    const auto warnings = test::events_of(options.output_dir, "warning");
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_EQ(warnings[0]["fault"], "disk_full");
    EXPECT_THROW(keeper->save(), base::Error);
    disk_is_full = false;
    keeper->save_or_warn();  // the same step once more: it was not saved
    EXPECT_THAT(written, ElementsAre(1));
}

}  // namespace
}  // namespace univi::training
