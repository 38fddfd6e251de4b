// Ranks that die, hang or fail, runs killed at random points, checkpoints that are torn.
#include <fstream>
#include <random>
#include <thread>

#include "core/base/sha256.h"
#include "tests/training/distributed/ranks_support.h"

namespace univi::training {
namespace {

struct Loss {
    int rank;
    int signal;
};
class LostRank : public ::testing::TestWithParam<Loss> {};

TEST_P(LostRank, EndsTheOthersAndIsNamed) {
    const auto [rank, signal] = GetParam();
    ScratchFolder folder;
    Process launcher({command(folder, "run", two_ranks(2), 1000000), "", kQuick});
    ASSERT_TRUE(launcher.read_until([](const std::string& line) { return is_step(line, 2); }))
        << launcher.stderr_text();
    const auto ranks = children_of(launcher.id());
    ASSERT_EQ(ranks.size(), 2U);
    const auto begin = Clock::now();
    ::kill(ranks[static_cast<std::size_t>(rank)], signal);
    const auto code = launcher.wait(60s);
    ASSERT_TRUE(code.has_value());
    EXPECT_EQ(*code, 1);
    EXPECT_LT(seconds_since(begin), 30);
    EXPECT_THAT(launcher.stderr_text(), HasSubstr("Rank " + std::to_string(rank)));
    EXPECT_THAT(launcher.stderr_text(), HasSubstr("signal " + std::to_string(signal)));
    // The run folder says it too, for the window that looks later.
    const auto errors = events(folder / "run", "error");
    ASSERT_FALSE(errors.empty());
    EXPECT_THAT(errors.back()["message"].get<std::string>(),
                HasSubstr("Rank " + std::to_string(rank)));
    EXPECT_EQ(errors.front()["fault"], "rank_lost");
    for (const pid_t each : ranks)
        EXPECT_NE(::kill(each, 0), 0) << "rank process " << each << " is left over";
}

INSTANTIATE_TEST_SUITE_P(Ranks, LostRank,
                         ::testing::Values(Loss{1, SIGKILL}, Loss{0, SIGKILL}, Loss{1, SIGSTOP},
                                           Loss{0, SIGSTOP}),
                         [](const auto& info) {
                             return std::string(info.param.signal == SIGKILL ? "Killed"
                                                                             : "Stopped") +
                                    std::to_string(info.param.rank);
                         });

TEST(Ranks, StartedByAnotherLauncherTheyNameAKilledRankThemselves) {
    ScratchFolder folder;
    const int port = free_port();
    std::vector<std::unique_ptr<Process>> ranks;
    for (int rank = 0; rank < 3; ++rank)
        ranks.push_back(std::make_unique<Process>(
            univi::test::ProcessOptions{command(folder, "run", {"--zero_stage", "2"}, 1000000), "",
                                        torchrun_environment(rank, 3, port)}));
    ASSERT_TRUE(ranks[0]->read_until([](const std::string& line) { return is_step(line, 2); }))
        << ranks[0]->stderr_text();
    const auto begin = Clock::now();
    ranks[1]->signal(SIGKILL);
    for (const int rank : {0, 2}) {
        EXPECT_EQ(ranks[static_cast<std::size_t>(rank)]->wait(40s), 1);
        EXPECT_THAT(ranks[static_cast<std::size_t>(rank)]->stderr_text(),
                    HasSubstr("Rank 1 has given no sign of life"));
    }
    EXPECT_LT(seconds_since(begin), 30);
    EXPECT_THAT(events(folder / "run", "error").at(0)["message"].get<std::string>(),
                HasSubstr("Rank 1"));
}

TEST(Ranks, StartedByAnotherLauncherTheyNameAStoppedRankThemselves) {
    ScratchFolder folder;
    const int port = free_port();
    std::vector<std::unique_ptr<Process>> ranks;
    for (int rank = 0; rank < 2; ++rank)
        ranks.push_back(std::make_unique<Process>(
            univi::test::ProcessOptions{command(folder, "run", {"--zero_stage", "3"}, 1000000), "",
                                        torchrun_environment(rank, 2, port)}));
    ASSERT_TRUE(ranks[0]->read_until([](const std::string& line) { return is_step(line, 2); }))
        << ranks[0]->stderr_text();
    ranks[0]->signal(SIGSTOP);  // the one that serves the meeting place
    const auto begin = Clock::now();
    EXPECT_EQ(ranks[1]->wait(40s), 1);
    EXPECT_LT(seconds_since(begin), 30);
    EXPECT_THAT(ranks[1]->stderr_text(), HasSubstr("Rank 0 has given no sign of life"));
}

TEST(Ranks, ARankThatFailsByItselfSaysWhyToAll) {
    ScratchFolder folder;
    const int port = free_port();
    Process first(
        {command(folder, "run", {"--zero_stage", "2"}), "", torchrun_environment(0, 2, port)});
    Process second(
        {command(folder, "run", {"--zero_stage", "2", "--pretrain_mm_mlp_adapter", "nowhere.bin"}),
         "", torchrun_environment(1, 2, port)});
    EXPECT_EQ(second.wait(40s), 1);
    EXPECT_EQ(first.wait(40s), 1);
    EXPECT_THAT(first.stderr_text(), HasSubstr("nowhere.bin"));
}

/// All processes of a run at once, as a power cut does it.
void kill_everything(Process& launcher) {
    const auto ranks = children_of(launcher.id());
    ::kill(launcher.id(), SIGKILL);
    for (const pid_t rank : ranks) ::kill(rank, SIGKILL);
    launcher.wait();
    for (const pid_t rank : ranks)
        while (::kill(rank, 0) == 0) std::this_thread::sleep_for(5ms);
}

/// UNIVI_KILL_ROUNDS, 10 unless it is set.
int kill_rounds() {
    const char* text = std::getenv("UNIVI_KILL_ROUNDS");
    return text ? std::max(1, std::atoi(text)) : 10;
}

TEST(Ranks, KilledAtRandomPointsARunEndsAsTheUnbrokenOne) {
    ScratchFolder folder;
    const int rounds = kill_rounds(), num_steps = rounds * 8 / 5;  // a round takes one step or two
    const Words more = {"--include",          "localhost:0,1",
                        "--zero_stage",       "2",
                        "--save_steps",       "1",
                        "--save_total_limit", "2"};
    const std::chrono::seconds patience(120 + 4 * rounds);
    ASSERT_EQ(run_process({command(folder, "whole", more, num_steps)}, {}, patience).exit_code, 0);
    std::mt19937 random(7);
    int kills = 0;
    for (int i = 0; i < rounds; ++i) {
        Process launcher({command(folder, "run", more, num_steps)});
        // Somewhere within a step or while a checkpoint is written, at a random number of steps
        // after the start.
        const int steps = 1 + static_cast<int>(random() % 2);
        int seen = 0;
        const auto at = launcher.read_until([&](const std::string& line) {
            return line.find("\"event\":\"step\"") != std::string::npos && ++seen == steps;
        });
        if (!at) break;  // the run is done
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
        kill_everything(launcher);
        ++kills;
    }
    EXPECT_GE(kills, rounds / 2);
    RecordProperty("kills", kills);
    std::printf("killed %d times over %d steps\n", kills, num_steps);
    const auto last = run_process({command(folder, "run", more, num_steps)}, {}, patience);
    ASSERT_EQ(last.exit_code, 0) << last.err;
    EXPECT_EQ(losses(folder / "run"), losses(folder / "whole"));
    EXPECT_EQ(base::sha256_file_hex(folder / "run/model.safetensors"),
              base::sha256_file_hex(folder / "whole/model.safetensors"));
    for (const auto& entry : test::fs::directory_iterator(folder / "run"))
        EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr(".tmp")));
}

TEST(Ranks, TornTruncatedAndFlippedCheckpointsAreSkipped) {
    ScratchFolder folder;
    ASSERT_EQ(run_process({command(folder, "whole", two_ranks(2), 8)}).exit_code, 0);
    const auto run = folder / "run";
    test::fs::copy(folder / "whole", run, test::fs::copy_options::recursive);
    test::fs::remove(run / "config.json");  // else the run is taken for done
    test::fs::remove(run / "checkpoint-8/optimizer-00002-of-00002.safetensors");
    test::fs::resize_file(run / "checkpoint-6/optimizer-00001-of-00002.safetensors", 5000);
    {
        std::fstream file(run / "checkpoint-4/model.safetensors",
                          std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(200000);
        const char byte = static_cast<char>(file.get() ^ 4);
        file.seekp(200000);
        file.put(byte);
    }
    const auto result = run_process({command(folder, "run", two_ranks(2), 8)});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("\"resumed_from\":\"checkpoint-2\""));
    for (const char* each : {"checkpoint-8", "checkpoint-6", "checkpoint-4"})
        EXPECT_THAT(result.err,
                    HasSubstr(std::string("Skipped the checkpoint ") + (run / each).string()));
    EXPECT_EQ(base::sha256_file_hex(run / "model.safetensors"),
              base::sha256_file_hex(folder / "whole/model.safetensors"));
}

}  // namespace
}  // namespace univi::training
