// What runs on a GPU against its twin on the CPU. Skipped, with the reason, where there is none.
#include "core/model/checkpoint_folder.h"
#include "core/model/cluster_ops.h"
#include "core/model/clustering.h"
#include "core/model/device.h"
#include "core/model/generation.h"
#include "core/model/vision_tower.h"
#include "tests/core/model/tiny_language.h"

namespace univi::model::test {
namespace {

class Cuda : public testing::Test {
  protected:
    void SetUp() override {
        if (const std::string reason = why_no_cuda(); !reason.empty())
            GTEST_SKIP() << "No GPU: " << reason;
        placement.device = open_device("cuda");
        placement.compute_dtype = c10::kFloat;
    }
    at::Tensor there(const at::Tensor& x) const { return x.to(placement.device); }

    PlacementOptions placement;
};

void expect_same(const ClusterResult& cuda, const ClusterResult& cpu) {
    EXPECT_TRUE(same_integers(cuda.centers.cpu(), cpu.centers));
    EXPECT_TRUE(same_integers(cuda.idx_cluster.cpu(), cpu.idx_cluster));
    EXPECT_LT(relative_error(cuda.density, cpu.density), 1e-5);
    EXPECT_LT(relative_error(cuda.distance, cpu.distance), 1e-5);
}

TEST_F(Cuda, ClusteringKernelsEqualTheCpu) {
    ASSERT_TRUE(has_cluster_kernels(there(at::zeros({1}))))
        << "libunivi_cuda.so was not built or not found beside the program";
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

TEST_F(Cuda, EqualTokensAndEqualDensitiesKeepTheirOrder) {
    const at::Tensor x = at::tensor({0.0f, 0.1f, 5.0f, 5.1f, 0.2f, 9.0f}).view({1, 6, 1});
    expect_same(cluster_dpc_knn(there(x), 3, 1), cluster_dpc_knn(x, 3, 1));
    const at::Tensor same = at::ones({2, 40, 16});
    expect_same(cluster_dpc_knn(there(same), 8, 3), cluster_dpc_knn(same, 8, 3));
}

TEST_F(Cuda, VisionTowerEqualsTheCpu) {
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

TEST_F(Cuda, GreedyTokensEqualTheCpu) {
    const c10::InferenceMode guard;
    const auto tokens_on = [&](const PlacementOptions& where) {
        const LanguageModel language = random_language(small_config(), where);
        at::manual_seed(3);
        const at::Tensor embeds = at::randn({40, language.config().hidden_size}) * 0.02;
        KeyValueCache cache(language.config(), 64, language.placement());
        base::SamplingOptions options;
        options.temperature = 0;
        options.max_new_tokens = 8;
        std::vector<std::int32_t> ids;
        generate(language, {embeds.to(where.device), options}, cache,
                 [&](const GeneratedToken& token) {
                     ids.push_back(token.id);
                     return false;
                 });
        return ids;
    };
    EXPECT_EQ(tokens_on(placement), tokens_on({}));
}

}  // namespace
}  // namespace univi::model::test
