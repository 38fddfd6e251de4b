// Merging and the vision tower on the device, against the CPU.
#include "core/model/clustering.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/cluster_ops.h"
#include "core/model/vision_tower.h"
#include "tests/core/model/golden.h"
#include "tests/gpu/device_under_test.h"

namespace univi::model::test {
namespace {

using Clustering = univi::test::OnDevice;
using Tower = univi::test::OnDevice;

void expect_same(const ClusterResult& cuda, const ClusterResult& cpu) {
    EXPECT_TRUE(same_integers(cuda.centers.cpu(), cpu.centers));
    EXPECT_TRUE(same_integers(cuda.idx_cluster.cpu(), cpu.idx_cluster));
    EXPECT_LT(relative_error(cuda.density, cpu.density), 1e-5);
    EXPECT_LT(relative_error(cuda.distance, cpu.distance), 1e-5);
}

TEST_F(Clustering, EqualsTheCpu) {
    if (is_gpu()) {
        ASSERT_TRUE(has_cluster_kernels(there(at::zeros({1}))))
            << "libunivi_cuda.so was not built or not found beside the program";
    }
    at::manual_seed(5);
    // Well-separated groups, so that rounding cannot decide; sizes that are not multiples of a tile
    // or a block.
    for (const auto& [tokens, channels, clusters, k] : {std::tuple{256, 1024, 64, 5},
                                                        {64, 1024, 32, 3},
                                                        {77, 50, 13, 4},
                                                        {300, 33, 9, 8},
                                                        {5, 7, 2, 1}}) {
        SCOPED_TRACE(std::to_string(tokens) + " tokens of " + std::to_string(channels));
        const at::Tensor centers = at::randn({3, clusters, channels}) * 8;
        const at::Tensor group =
            at::randint(clusters, {3, tokens, 1}).expand({3, tokens, channels});
        const at::Tensor x = centers.gather(1, group) + at::randn({3, tokens, channels});
        const ClusterResult cpu = cluster_dpc_knn(x, clusters, k),
                            cuda = cluster_dpc_knn(there(x), clusters, k);
        expect_same(cuda, cpu);
        EXPECT_LT(relative_error(merge_tokens(there(x), cuda.idx_cluster, clusters),
                                 merge_tokens(x, cpu.idx_cluster, clusters)),
                  1e-5);
        expect_same(cluster_dpc_knn_generic(there(x), clusters, k), cpu);
    }
}

TEST_F(Clustering, EqualTokensAndEqualDensitiesKeepTheirOrder) {
    const at::Tensor x = at::tensor({0.0f, 0.1f, 5.0f, 5.1f, 0.2f, 9.0f}).view({1, 6, 1});
    expect_same(cluster_dpc_knn(there(x), 3, 1), cluster_dpc_knn(x, 3, 1));
    const at::Tensor same = at::ones({2, 40, 16});
    expect_same(cluster_dpc_knn(there(same), 8, 3), cluster_dpc_knn(same, 8, 3));
}

TEST_F(Tower, VisionTowerEqualsTheCpu) {
    const auto folder = golden_model("openai/clip-vit-tiny-patch14");
    const auto open = [&](const PlacementOptions& where) {
        WeightSource source(read_checkpoint_folder(folder), folder.string());
        return VisionTower(read_vision_config(folder), source, "vision_model.", where);
    };
    at::manual_seed(2);
    const at::Tensor pixels = at::randn({2, 3, 224, 224});
    EXPECT_LT(relative_error(open(placement).forward(there(pixels)), open({}).forward(pixels)),
              1e-4);
}

TEST_F(Clustering, OfRandomTokensHasTheCpusBits) {
    if (!is_gpu()) GTEST_SKIP() << "only our kernels sum in the CPU's order";
    at::manual_seed(6);
    for (const auto& [tokens, channels, clusters, k] :
         {std::tuple{256, 1024, 64, 5}, {577, 256, 64, 5}, {77, 50, 13, 40}}) {
        const at::Tensor x = at::randn({2, tokens, channels});
        const ClusterResult cpu = cluster_dpc_knn(x, clusters, k),
                            cuda = cluster_dpc_knn(there(x), clusters, k);
        EXPECT_TRUE(same_integers(cuda.centers.cpu(), cpu.centers));
        EXPECT_TRUE(same_integers(cuda.idx_cluster.cpu(), cpu.idx_cluster));
        EXPECT_TRUE(at::equal(cuda.distance.cpu(), cpu.distance));
        EXPECT_TRUE(at::equal(merge_tokens(there(x), cuda.idx_cluster, clusters).cpu(),
                              merge_tokens(x, cpu.idx_cluster, clusters)));
    }
}

}  // namespace
}  // namespace univi::model::test
