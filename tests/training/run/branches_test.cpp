// Lines of a run: where it starts, what is set aside, a kill at any moment of that.
#include "training/run/branches.h"

#include <gmock/gmock.h>

#include <map>

#include "core/base/atomic_folder.h"
#include "core/base/error.h"
#include "tests/training/training_support.h"
#include "training/run/checkpoint_folders.h"
#include "training/run/start_point.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
using test::fs::path;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A whole checkpoint of a step; `line` tells one from another of the same step.
void make_checkpoint(const path& run, std::int64_t step, const std::string& line = "") {
    base::AtomicFolder folder(run / checkpoint_name(step));
    test::write(folder.path() / "training.json", Json{{"step", step}, {"line", line}}.dump());
    test::write(folder.path() / "trainer_state.json",
                Json{{"global_step", step}, {"log_history", Json::array()}}.dump());
    folder.commit();
}

void make_state(const path& run, std::int64_t step, bool is_finished) {
    Json history = Json::array();
    if (is_finished) history.push_back({{"step", step}, {"train_runtime", 1.0}});
    test::write(run / "trainer_state.json",
                Json{{"global_step", step}, {"log_history", history}}.dump());
}

/// A run of stage 1 with checkpoints 2, 4, …, `last`.
void make_run(const path& run, std::int64_t last, bool is_finished = false,
              const std::string& line = "a") {
    test::fs::create_directories(run);
    std::string events = "{\"event\":\"start\"}\n";
    for (std::int64_t step = 1; step <= last; ++step) {
        events += Json{{"event", "step"}, {"step", step}, {"line", line}}.dump() + "\n";
        if (step % 2 == 0) make_checkpoint(run, step, line);
    }
    if (is_finished) {
        events += Json{{"event", "done"}, {"step", last}}.dump() + "\n";
        test::write(run / "mm_projector.bin", "projector " + line);
        test::write(run / "config.json", "{}");
    }
    test::write(run / "events.jsonl", events);
    test::write(run / "run.json", "{}");
    make_state(run, last, is_finished);
}

/// All files below a folder with their bytes.
std::map<std::string, std::string> content(const path& folder) {
    std::map<std::string, std::string> result;
    for (const auto& entry : test::fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            result[entry.path().lexically_relative(folder)] = base::read_file(entry.path());
    for (auto& [name, text] : result)  // the time is each time another
        for (std::size_t at = text.find("\"time\""); at != std::string::npos;
             at = text.find("\"time\"", at + 1))
            text.erase(at + 6, 26);
    return result;
}

std::vector<std::string> names(const path& folder) {
    std::vector<std::string> result;
    for (const path& each : list_checkpoints(folder)) result.push_back(each.filename());
    return result;
}

std::vector<std::int64_t> steps(const path& events) {
    std::vector<std::int64_t> result;
    std::istringstream lines(base::read_file(events));
    for (std::string line; std::getline(lines, line);)
        if (const Json event = Json::parse(line); event["event"] == "step")
            result.push_back(event["step"]);
    return result;
}

class Branches : public ::testing::Test {
  protected:
    TrainOptions asking(const std::string& wish) const {
        TrainOptions options;
        options.output_dir = run_.string();
        options.resume_from_checkpoint = wish;
        return options;
    }
    StartPoint start(const std::string& wish) {
        return find_start(asking(wish), run_, [&](const std::string& text) { warnings_ += text; });
    }
    /// What univi-train does with the folder.
    StartPoint go(const std::string& wish, const std::function<void()>& before = {}) {
        finish_branching(run_);
        const StartPoint point = start(wish);
        if (const auto order = branch_order(point, asking(wish), run_))
            change_line(run_, *order, before);
        return point;
    }
    std::string refusal(const std::string& wish) {
        try {
            start(wish);
        } catch (const base::Error& error) {
            return error.what();
        }
        return "";
    }
    ScratchFolder folder_;
    path run_ = folder_ / "out";
    std::string warnings_;
};

TEST_F(Branches, GoingBackSetsAsideWhatLiesAfter) {
    make_run(run_, 12);
    go((run_ / "checkpoint-2").string());
    EXPECT_THAT(names(run_), ElementsAre("checkpoint-2"));
    EXPECT_THAT(names(run_ / "branches/1"),
                ElementsAre("checkpoint-4", "checkpoint-6", "checkpoint-8", "checkpoint-10",
                            "checkpoint-12"));
    EXPECT_THAT(steps(run_ / "events.jsonl"), ElementsAre(1, 2));
    EXPECT_EQ(steps(run_ / "branches/1/events.jsonl").size(), 12U);
    EXPECT_EQ(test::read_json(run_ / "trainer_state.json")["global_step"], 2);
    EXPECT_EQ(test::read_json(run_ / "branches/1/trainer_state.json")["global_step"], 12);
    const auto branches = list_branches(run_);
    ASSERT_EQ(branches.size(), 1U);
    EXPECT_EQ(branches[0].step, 2);
    EXPECT_EQ(branches[0].last_step, 12);
    EXPECT_EQ(branches[0].cause, BranchCause::Asked);
    EXPECT_EQ(branches[0].from, "checkpoint-2");
    // A plain restart goes on from the new line, and sets nothing aside.
    EXPECT_EQ(go("").step, 2);
    EXPECT_EQ(list_branches(run_).size(), 1U);
}

TEST_F(Branches, TheEventSaysItOnce) {
    make_run(run_, 4);
    go("checkpoint-2");
    make_checkpoint(run_, 4, "b");
    go("checkpoint-2");
    int count = 0;
    std::istringstream lines(base::read_file(run_ / "events.jsonl"));
    for (std::string line; std::getline(lines, line);)
        if (const Json event = Json::parse(line); event["event"] == "branch") {
            ++count;
            EXPECT_EQ(event["folder"], "branches/" + std::to_string(count));
            EXPECT_EQ(event["step"], 2);
            EXPECT_EQ(event["checkpoints"], Json({"checkpoint-4"}));
        }
    EXPECT_EQ(count, 2);
}

TEST_F(Branches, AnyPathToACheckpointIsTheSame) {
    make_run(run_, 6);
    test::fs::create_directory_symlink(run_ / "checkpoint-4", folder_ / "link");
    test::fs::create_directory_symlink(run_, folder_ / "other_name");
    for (const std::string& wish :
         {(run_ / "checkpoint-4").string(), (run_ / "checkpoint-4/").string(),
          (run_ / "./x/../checkpoint-4//").string(), (folder_ / "link").string(),
          (folder_ / "other_name/checkpoint-4").string(), std::string("checkpoint-4"),
          test::fs::relative(run_ / "checkpoint-4").string()}) {
        test::fs::create_directories(run_ / "x");
        const StartPoint point = start(wish);
        EXPECT_EQ(point.step, 4) << wish;
        EXPECT_EQ(point.kept, 4) << wish;
        EXPECT_FALSE(point.is_outside) << wish;
    }
}

TEST_F(Branches, WordsAsOtherProgramsUseThem) {
    make_run(run_, 6);
    for (const char* wish : {"", "True", "true", "latest", "last"}) {
        EXPECT_EQ(start(wish).step, 6) << wish;
        EXPECT_FALSE(branch_order(start(wish), asking(wish), run_)) << wish;
    }
    EXPECT_EQ(start(run_.string()).step, 6);
    EXPECT_TRUE(start("False").checkpoint.empty());
    go("False");
    EXPECT_TRUE(names(run_).empty());
    EXPECT_EQ(names(run_ / "branches/1").size(), 3U);
    EXPECT_FALSE(test::fs::exists(run_ / "trainer_state.json"));
    EXPECT_TRUE(steps(run_ / "events.jsonl").empty());
}

TEST_F(Branches, OfAFinishedRunTheResultMovesToo) {
    make_run(run_, 5, /*is_finished=*/true);
    EXPECT_TRUE(lies_after(start("checkpoint-4"), run_));
    EXPECT_TRUE(
        lies_after(start(""), run_));  // the steps after its last checkpoint are the result's alone
    go("checkpoint-4");
    EXPECT_FALSE(test::fs::exists(run_ / "mm_projector.bin"));
    EXPECT_EQ(base::read_file(run_ / "branches/1/mm_projector.bin"), "projector a");
    EXPECT_EQ(list_branches(run_)[0].last_step, 5);
    EXPECT_THAT(names(run_), ElementsAre("checkpoint-2", "checkpoint-4"));
}

TEST_F(Branches, ItsLastCheckpointIsNoWayBack) {
    make_run(run_, 6, /*is_finished=*/true);
    EXPECT_FALSE(lies_after(start("checkpoint-6"), run_));
    EXPECT_FALSE(branch_order(start("checkpoint-6"), asking("checkpoint-6"), run_));
}

TEST_F(Branches, AResultThatIsInUseStays) {
    make_run(run_, 4, /*is_finished=*/true);
    TrainOptions options = asking("checkpoint-2");
    options.pretrain_mm_mlp_adapter = (run_ / "mm_projector.bin").string();
    const auto order = branch_order(start("checkpoint-2"), options, run_);
    ASSERT_TRUE(order);
    change_line(run_, *order);
    EXPECT_EQ(base::read_file(run_ / "mm_projector.bin"), "projector a");
    EXPECT_EQ(base::read_file(run_ / "branches/1/mm_projector.bin"), "projector a");
}

TEST_F(Branches, BranchesOfBranchesAndBackAgain) {
    make_run(run_, 8);
    go("checkpoint-4");  // 1: 6, 8 of a
    make_checkpoint(run_, 6, "b");
    make_checkpoint(run_, 10, "b");
    go("checkpoint-6");  // 2: 10 of b
    make_checkpoint(run_, 8, "c");
    go("checkpoint-2");  // 3: 4 of a, 6 of b, 8 of c
    EXPECT_THAT(names(run_), ElementsAre("checkpoint-2"));
    EXPECT_THAT(names(run_ / "branches/1"), ElementsAre("checkpoint-6", "checkpoint-8"));
    EXPECT_THAT(names(run_ / "branches/2"), ElementsAre("checkpoint-10"));
    EXPECT_THAT(names(run_ / "branches/3"),
                ElementsAre("checkpoint-4", "checkpoint-6", "checkpoint-8"));
    make_checkpoint(run_, 4, "d");
    // Back to the first line: what it shares with the present one are two steps.
    const StartPoint back = go((run_ / "branches/1/checkpoint-8").string());
    EXPECT_EQ(back.step, 8);
    EXPECT_EQ(back.kept, 2);
    EXPECT_THAT(names(run_ / "branches/4"), ElementsAre("checkpoint-4"));
    EXPECT_EQ(steps(run_ / "events.jsonl").size(), 8U);
    // A restart before the first checkpoint goes on there; so does one that names it again.
    for (const std::string& wish : {std::string(), (run_ / "branches/1/checkpoint-8").string()}) {
        const StartPoint again = go(wish);
        EXPECT_EQ(again.step, 8);
        EXPECT_TRUE(test::fs::equivalent(again.checkpoint, run_ / "branches/1/checkpoint-8"));
        EXPECT_EQ(list_branches(run_).size(), 4U);
    }
    make_checkpoint(run_, 9, "e");
    EXPECT_EQ(go("").step, 9);
    EXPECT_EQ(go("branches/1/checkpoint-8").step, 8);
    EXPECT_THAT(names(run_ / "branches/5"), ElementsAre("checkpoint-9"));
    EXPECT_EQ(go("checkpoint-2").step, 2);
    EXPECT_EQ(go("").step, 2);  // the line that began in branches/1 is left
}

TEST_F(Branches, AnotherRunsCheckpointIsAStartFromElsewhere) {
    make_run(folder_ / "other", 6, false, "o");
    make_run(run_, 4);
    const StartPoint point = go((folder_ / "other/checkpoint-6").string());
    EXPECT_TRUE(point.is_outside);
    EXPECT_EQ(point.kept, 0);
    EXPECT_TRUE(names(run_).empty());
    EXPECT_THAT(names(run_ / "branches/1"), ElementsAre("checkpoint-2", "checkpoint-4"));
    EXPECT_EQ(names(folder_ / "other").size(), 3U);
    EXPECT_EQ(go("").step, 6);
    EXPECT_EQ(list_branches(run_).size(), 1U);
    // A line of its own folder is gone back to from there too.
    EXPECT_EQ(go("branches/1/checkpoint-4").step, 4);
    EXPECT_EQ(go("").step, 4);
    test::fs::remove_all(run_ / "branches/1/checkpoint-4");
    EXPECT_THAT(refusal(""), HasSubstr("has no checkpoint of its own yet"));
}

TEST_F(Branches, ANewFolderMayBeginElsewhere) {
    make_run(folder_ / "other", 6);
    test::fs::create_directories(run_);
    test::write(run_ / "events.jsonl", "");
    EXPECT_EQ(go((folder_ / "other/checkpoint-4").string()).step, 4);
    EXPECT_TRUE(list_branches(run_).empty());
    EXPECT_EQ(go("").step, 4);
}

/// origin.json, branching.json and branch.json hold paths of any bytes.
TEST_F(Branches, FoldersOfAnyBytesAreFoundAgain) {
    run_ = folder_ / "caf\xE9";
    const path other = folder_ / "autre\xE9";
    make_run(other, 6, false, "o");
    make_run(run_, 4, /*is_finished=*/true);
    test::write(run_ / "model-\xE9.bin", "a result too");
    const StartPoint point = go((other / "checkpoint-6").string());
    EXPECT_TRUE(point.is_outside);
    ASSERT_EQ(list_branches(run_).size(), 1U);
    EXPECT_EQ(list_branches(run_)[0].from, (other / "checkpoint-6").string());
    EXPECT_TRUE(test::fs::exists(run_ / "branches/1/model-\xE9.bin"));
    ASSERT_TRUE(read_origin(run_));
    EXPECT_EQ(read_origin(run_)->checkpoint, other / "checkpoint-6");
    EXPECT_EQ(start("").step, 6);
    // Killed in the middle and completed by the next start.
    make_checkpoint(run_, 8);
    int parts = 0;
    EXPECT_THROW(go((other / "checkpoint-4").string(),
                    [&] {
                        if (++parts == 4) throw std::runtime_error("killed");
                    }),
                 std::runtime_error);
    EXPECT_TRUE(finish_branching(run_));
    EXPECT_EQ(read_origin(run_)->checkpoint, other / "checkpoint-4");
    EXPECT_EQ(start("").step, 4);
}

TEST_F(Branches, DamagedLaterOnesAreSetAsideToo) {
    make_run(run_, 8);
    test::write(run_ / "checkpoint-8/training.json", "{}");
    test::fs::remove(run_ / "checkpoint-6/manifest.json");
    EXPECT_EQ(go("").step, 4);
    EXPECT_THAT(warnings_, HasSubstr("checkpoint-8"));
    EXPECT_THAT(names(run_), ElementsAre("checkpoint-2", "checkpoint-4"));
    EXPECT_THAT(names(run_ / "branches/1"), ElementsAre("checkpoint-6", "checkpoint-8"));
    EXPECT_EQ(list_branches(run_)[0].cause, BranchCause::Needed);
}

TEST_F(Branches, WrongPathsAreNamedWithWhatThereIs) {
    make_run(run_, 4);
    go("checkpoint-2");
    EXPECT_THAT(refusal((run_ / "checkpoint-3").string()),
                HasSubstr("is not there. The run has checkpoint-2, branches/1/checkpoint-4."));
    make_run(folder_ / "other", 4);
    EXPECT_THAT(refusal((folder_ / "other").string()), HasSubstr("is the folder of a run"));
    test::write(run_ / "checkpoint-2/training.json", "{}");
    EXPECT_THAT(refusal("checkpoint-2"), HasSubstr("training.json"));
    EXPECT_EQ(list_branches(run_).size(), 1U);
}

TEST_F(Branches, TheLimitNeverTakesTheNewestNorAnotherLine) {
    make_run(run_, 12);
    remove_old_checkpoints(run_, 1, 4);
    EXPECT_THAT(names(run_), ElementsAre("checkpoint-4", "checkpoint-6", "checkpoint-8",
                                         "checkpoint-10", "checkpoint-12"));
    go("checkpoint-4");
    make_checkpoint(run_, 6, "b");
    remove_old_checkpoints(run_, 1, 6);
    EXPECT_THAT(names(run_), ElementsAre("checkpoint-6"));
    EXPECT_EQ(names(run_ / "branches/1").size(), 4U);
    remove_old_checkpoints(run_, 0, 6);
    EXPECT_THAT(names(run_), ElementsAre("checkpoint-6"));
}

TEST_F(Branches, ALinkedCheckpointStaysReadable) {
    make_run(run_, 4);
    test::fs::create_directories(folder_ / "big_disk");
    test::fs::rename(run_ / "checkpoint-4", folder_ / "big_disk/checkpoint-4");
    test::fs::create_directory_symlink("../big_disk/checkpoint-4", run_ / "checkpoint-4");
    go("checkpoint-2");
    EXPECT_EQ(base::verify_manifest(run_ / "branches/1/checkpoint-4"), "");
}

TEST_F(Branches, AnswersToProbeQuestionsFollow) {
    make_run(run_, 4);
    test::write(run_ / "probes.jsonl",
                "{\"step\":2,\"reply\":\"x\"}\n{\"step\":4,\"reply\":\"y\"}\n");
    go("checkpoint-2");
    EXPECT_EQ(base::read_file(run_ / "probes.jsonl"), "{\"step\":2,\"reply\":\"x\"}\n");
    EXPECT_THAT(base::read_file(run_ / "branches/1/probes.jsonl"), HasSubstr("\"y\""));
}

/// A kill before each part of the change, and then one while it is completed.
TEST_F(Branches, AKillAtAnyMomentLeavesOneLineOrTheOther) {
    struct Killed {};
    make_run(folder_ / "other", 4);
    make_run(run_, 6, /*is_finished=*/true);
    go("checkpoint-4");
    make_checkpoint(run_, 6, "b");
    make_state(run_, 6, /*is_finished=*/true);
    test::write(run_ / "mm_projector.bin", "projector b");
    test::fs::create_directories(run_ / "wandb/offline-run-1");
    test::fs::rename(run_, folder_ / "before");
    const auto untouched = content(folder_ / "before");
    const auto renew = [&] {
        test::fs::remove_all(run_);
        test::fs::copy(folder_ / "before", run_, test::fs::copy_options::recursive);
    };
    for (const std::string& wish :
         {std::string("checkpoint-2"), std::string("False"), std::string("branches/1/checkpoint-6"),
          (folder_ / "other/checkpoint-4").string()}) {
        renew();
        int parts = 0;
        go(wish, [&] { ++parts; });
        const auto expected = content(run_);
        ASSERT_GT(parts, 8);
        for (int kill = 1; kill <= parts; ++kill) {
            SCOPED_TRACE(wish + " killed at part " + std::to_string(kill));
            renew();
            int at = 0;
            EXPECT_THROW(go(wish,
                            [&] {
                                if (++at == kill) throw Killed();
                            }),
                         Killed);
            if (kill == 1) {
                EXPECT_TRUE(content(run_) == untouched);
                continue;
            }
            at = 0;
            try {
                finish_branching(run_, [&] {
                    if (++at == kill * 5 % parts) throw Killed();
                });
            } catch (const Killed&) {
            }
            finish_branching(run_);
            EXPECT_FALSE(finish_branching(run_));
            EXPECT_TRUE(content(run_) == expected);
        }
    }
}

TEST(Events, ALineEndsWithItsLastStep) {
    const std::string all =
        "{\"event\":\"start\"}\n{\"event\":\"step\",\"step\":1}\n{\"event\":\"warning\"}\n"
        "{\"event\":\"step\",\"step\":2}\n{\"event\":\"error\"}\n{\"event\":\"start\"}\n{\"event\":"
        "\"st";
    EXPECT_EQ(events_until(all, 1, false),
              "{\"event\":\"start\"}\n{\"event\":\"step\",\"step\":1}\n{\"event\":\"warning\"}\n"
              "{\"event\":\"error\"}\n{\"event\":\"start\"}\n");
    EXPECT_EQ(events_until(all, 1, true),
              "{\"event\":\"start\"}\n{\"event\":\"step\",\"step\":1}\n{\"event\":\"warning\"}\n");
}

}  // namespace
}  // namespace univi::training
