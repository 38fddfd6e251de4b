#include "training/distributed/partition.h"

#include <gtest/gtest.h>

#include "tests/support/errors.h"
#include "training/distributed/rank_environment.h"

namespace univi::training {
namespace {

std::vector<ParameterInfo> some_parameters() {
    return {{"model.mm_projector.weight", 30, true}, {"model.embed_tokens.weight", 100, false},
            {"model.layers.0.a", 64, true},          {"model.layers.0.b", 7, true},
            {"model.layers.1.a", 64, true},          {"model.layers.1.b", 7, false},
            {"model.layers.10.a", 5, true},          {"model.norm.weight", 3, true}};
}

std::vector<std::size_t> members(const FlatLayout& layout) {
    std::vector<std::size_t> result;
    for (const FlatSlot& slot : layout.slots) result.push_back(slot.parameter);
    return result;
}

TEST(Partition, LayersAreNumbers) {
    EXPECT_EQ(layer_of_parameter("model.layers.12.mlp.up_proj.weight"), 12);
    EXPECT_EQ(layer_of_parameter("model.norm.weight"), -1);
    EXPECT_EQ(layer_of_parameter("lm_head.weight"), -1);
}

TEST(Partition, BucketsHoldTrainedParametersInOrderAndSplitEvenly) {
    for (const int ranks : {1, 2, 3, 8}) {
        const auto layouts = lay_out_buckets(some_parameters(), ranks, 90);
        ASSERT_EQ(layouts.size(), 2U) << ranks;
        EXPECT_EQ(members(layouts[0]), (std::vector<std::size_t>{0, 2}));
        EXPECT_EQ(members(layouts[1]), (std::vector<std::size_t>{3, 4, 6, 7}));
        for (const FlatLayout& layout : layouts) {
            EXPECT_EQ(layout.part * ranks, layout.num_elements);
            EXPECT_GE(layout.num_elements, layout.slots.back().begin + layout.slots.back().count);
        }
    }
}

TEST(Partition, LayersAreApartAndFrozenFromTrained) {
    const auto layouts = lay_out_layers(some_parameters(), 2);
    ASSERT_EQ(layouts.size(), 6U);
    EXPECT_EQ(layouts[0].layer, -1);
    EXPECT_EQ(members(layouts[0]), (std::vector<std::size_t>{1}));
    EXPECT_FALSE(layouts[0].is_trained);
    EXPECT_EQ(members(layouts[1]), (std::vector<std::size_t>{0, 7}));
    EXPECT_EQ(members(layouts[2]), (std::vector<std::size_t>{2, 3}));
    EXPECT_EQ(layouts[5].layer, 10);
}

TEST(Partition, PiecesOfAllRanksCoverEveryElementOnce) {
    for (const int ranks : {1, 2, 3, 5, 16}) {
        for (const FlatLayout& layout : lay_out_buckets(some_parameters(), ranks, 1000)) {
            std::vector<std::int64_t> seen(layout.slots.size(), 0);
            for (int rank = 0; rank < ranks; ++rank) {
                for (const SlotPiece& piece :
                     pieces_within(layout, rank * layout.part, (rank + 1) * layout.part)) {
                    EXPECT_EQ(piece.in_parameter, seen[piece.slot]);
                    EXPECT_EQ(piece.in_flat, layout.slots[piece.slot].begin + piece.in_parameter);
                    seen[piece.slot] += piece.count;
                }
            }
            for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], layout.slots[i].count);
        }
    }
}

RankEnvironment read(const std::map<std::string, std::string>& variables) {
    return read_rank_environment(
        [&](const std::string& name) {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        },
        29500);
}

TEST(RankEnvironment, Launchers) {
    EXPECT_TRUE(read({}).is_alone());
    EXPECT_TRUE(read({{"WORLD_SIZE", "1"}}).launcher.empty());
    const auto torchrun = read({{"RANK", "5"},
                                {"WORLD_SIZE", "8"},
                                {"LOCAL_RANK", "1"},
                                {"LOCAL_WORLD_SIZE", "4"},
                                {"MASTER_ADDR", "gpu7"},
                                {"MASTER_PORT", "1234"},
                                {"TORCHELASTIC_RUN_ID", "x"},
                                {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                                {"TORCHELASTIC_RESTART_COUNT", "2"}});
    EXPECT_EQ(torchrun.rank, 5);
    EXPECT_EQ(torchrun.size, 8);
    EXPECT_EQ(torchrun.local_rank, 1);
    EXPECT_EQ(torchrun.local_size, 4);
    EXPECT_EQ(torchrun.master_address, "gpu7");
    EXPECT_EQ(torchrun.master_port, 1234);
    EXPECT_TRUE(torchrun.launcher_hosts_store);
    EXPECT_EQ(torchrun.attempt, "2");
    const auto mpi = read({{"OMPI_COMM_WORLD_SIZE", "2"},
                           {"OMPI_COMM_WORLD_RANK", "1"},
                           {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                           {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}});
    EXPECT_EQ(mpi.rank, 1);
    EXPECT_EQ(mpi.master_address, "127.0.0.1");
    const auto pmi = read({{"PMI_SIZE", "3"}, {"PMI_RANK", "2"}, {"MASTER_ADDR", "a"}});
    EXPECT_EQ(pmi.rank, 2);
    EXPECT_EQ(pmi.master_address, "a");
    const auto slurm = read({{"SLURM_NTASKS", "16"},
                             {"SLURM_PROCID", "9"},
                             {"SLURM_LOCALID", "1"},
                             {"SLURM_STEP_ID", "0"},
                             {"SLURM_TASKS_PER_NODE", "8(x2)"},
                             {"SLURM_STEP_NODELIST", "gpu[03-04]"},
                             {"SLURM_JOB_ID", "12345"}});
    EXPECT_EQ(slurm.rank, 9);
    EXPECT_EQ(slurm.local_size, 8);
    EXPECT_EQ(slurm.master_address, "gpu03");
    EXPECT_EQ(slurm.master_port, 29500 + 345);
}

std::string refusal(const std::map<std::string, std::string>& variables) {
    return test::error_of([&] { read(variables); }, base::ErrorKind::Usage);
}

TEST(RankEnvironment, NonsenseIsNamed) {
    EXPECT_NE(refusal({{"WORLD_SIZE", "2"}}).find("RANK is missing"), std::string::npos);
    EXPECT_NE(refusal({{"WORLD_SIZE", "2"}, {"RANK", "2"}}).find("Rank 2 of 2"), std::string::npos);
    EXPECT_NE(refusal({{"WORLD_SIZE", "two"}, {"RANK", "0"}}).find("WORLD_SIZE is \"two\""),
              std::string::npos);
    EXPECT_NE(refusal({{"WORLD_SIZE", "2"}, {"RANK", "0"}, {"MASTER_PORT", "70000"}}).find("70000"),
              std::string::npos);
    EXPECT_NE(refusal({{"OMPI_COMM_WORLD_SIZE", "2"},
                       {"OMPI_COMM_WORLD_RANK", "1"},
                       {"OMPI_COMM_WORLD_LOCAL_SIZE", "1"}})
                  .find("MASTER_ADDR"),
              std::string::npos);
}

TEST(RankEnvironment, FirstHostOfSlurmLists) {
    EXPECT_EQ(first_slurm_host("gpu1"), "gpu1");
    EXPECT_EQ(first_slurm_host("gpu1,gpu2"), "gpu1");
    EXPECT_EQ(first_slurm_host("gpu[03-07,9],login1"), "gpu03");
    EXPECT_EQ(first_slurm_host("a[5,7]-ib,b"), "a5-ib");
    EXPECT_THROW(first_slurm_host("gpu["), base::Error);
    EXPECT_THROW(first_slurm_host(""), base::Error);
}

}  // namespace
}  // namespace univi::training
