// Distances, clusters and means: every instruction set and number of threads gives the plain twin's
// bits.
#include "core/kernels/cluster_loops.h"

#include <gmock/gmock.h>

#include <cmath>
#include <new>
#include <numeric>

#include "core/kernels/distances.h"
#include "core/kernels/token_clusters.h"
#include "core/kernels/worker_threads.h"
#include "tests/core/kernels/random_values.h"

namespace univi::kernels::test {
namespace {

struct Shape {
    std::int64_t count, channels;
    int clusters, k;
};

constexpr Shape kShapes[] = {{1, 1, 1, 1},    {2, 3, 1, 2},    {5, 16, 5, 5},     {16, 64, 4, 3},
                             {33, 50, 7, 33}, {64, 17, 16, 3}, {130, 257, 64, 5}, {300, 96, 20, 9}};

class AlignedFloats {
  public:
    explicit AlignedFloats(std::int64_t count)
        : values_(static_cast<float*>(
              ::operator new[](static_cast<std::size_t>(count) * sizeof(float), kLine))) {}
    ~AlignedFloats() { ::operator delete[](values_, kLine); }
    AlignedFloats(const AlignedFloats&) = delete;
    AlignedFloats& operator=(const AlignedFloats&) = delete;
    float* values() const { return values_; }

  private:
    static constexpr std::align_val_t kLine{64};
    float* values_;
};

/// Values of very different sizes, some tokens twice.
std::vector<float> tokens_of(const Shape& shape, unsigned seed) {
    std::vector<float> values = normal_values(shape.count * shape.channels, seed);
    for (std::size_t i = 0; i < values.size(); i += 3) values[i] *= std::exp(3 * values[i]);
    const auto half = static_cast<std::size_t>(shape.count / 2 * shape.channels);
    std::copy_n(values.begin(), std::min<std::size_t>(half, 2 * shape.channels),
                values.begin() + static_cast<std::ptrdiff_t>(half));
    return values;
}

struct Results {
    std::vector<float> distances, density, delta, score, merged, mean;
    std::vector<std::int64_t> centers, idx_cluster;

    bool operator==(const Results&) const = default;
};

Results results_of(const Shape& shape, const std::vector<float>& values) {
    const TokenRows tokens{values.data(), shape.count, shape.channels};
    const auto n = static_cast<std::size_t>(shape.count), m = std::size_t(shape.clusters),
               c = static_cast<std::size_t>(shape.channels);
    Results r;
    for (auto* each : {&r.density, &r.delta, &r.score}) each->resize(n);
    r.distances.resize(n * n);
    r.merged.resize(m * c);
    r.mean.resize(c);
    r.centers.resize(m);
    r.idx_cluster.resize(n);
    const AlignedFloats workspace(workspace_size(tokens));
    scaled_distances(tokens, workspace.values(), r.distances.data());
    cluster_tokens(
        tokens, shape.clusters, shape.k, workspace.values(),
        {r.density.data(), r.delta.data(), r.score.data(), r.centers.data(), r.idx_cluster.data()});
    merge_clusters(tokens, r.idx_cluster.data(), shape.clusters, r.merged.data());
    mean_token(tokens, r.mean.data());
    return r;
}

TEST(ClusterLoops, TheSameBitsOnEveryProcessorAndThreadCount) {
    for (const Shape& shape : kShapes) {
        SCOPED_TRACE(std::to_string(shape.count) + " by " + std::to_string(shape.channels));
        const std::vector<float> values = tokens_of(shape, unsigned(shape.count));
        use_at_most(InstructionSet::Plain);
        const Results plain = results_of(shape, values);
        with_every_instruction_set([&](InstructionSet) {
            for (const int threads : {1, 3}) {
                WorkerThreads::shared().use_threads(threads);
                EXPECT_TRUE(results_of(shape, values) == plain) << threads;
            }
        });
    }
    WorkerThreads::shared().use_threads(1);
}

/// One lane a channel, so that the order of the sums is known: the fused multiply-add of the C
/// library says what each must be.
TEST(ClusterLoops, SquaresAreAddedWithOneRounding) {
    constexpr std::int64_t kTile = kTileTokens * kTileLanes;
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::vector<float> values = normal_values(8 * kTile, seed);
        const float size = std::ldexp(1.0F, static_cast<int>(seed % 150) - 75);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] *= i % 5 ? size : 1.0F;
        alignas(64) float a[4 * kTile], b[4 * kTile];
        std::copy_n(values.begin(), 4 * kTile, a);
        std::copy_n(values.begin() + 4 * kTile, 4 * kTile, b);
        float lanes[kTileLanes] = {};
        for (int step = 0; step < 4; ++step)
            for (int l = 0; l < kTileLanes; ++l) {
                const float difference = a[step * kTile + l] - b[step * kTile + l];
                lanes[l] = std::fma(difference, difference, lanes[l]);
            }
        for (int width = 8; width >= 1; width /= 2)
            for (int l = 0; l < width; ++l) lanes[l] += lanes[l + width];
        with_every_instruction_set([&](InstructionSet) {
            float out[kTileTokens * kTileTokens];
            cluster_loops().distance_tile(a, b, 4, 3, out);
            EXPECT_EQ(out[0], std::sqrt(lanes[0]) / 3) << seed;
        });
    }
}

TEST(ClusterLoops, DistancesAreExactlySymmetricAndZeroBetweenEqualTokens) {
    const Shape shape = kShapes[6];
    const Results r = results_of(shape, tokens_of(shape, 1));
    const auto at = [&](std::int64_t i, std::int64_t j) {
        return r.distances[static_cast<std::size_t>(i * shape.count + j)];
    };
    for (std::int64_t i = 0; i < shape.count; ++i) {
        EXPECT_EQ(at(i, i), 0);
        for (std::int64_t j = 0; j < i; ++j) ASSERT_EQ(at(i, j), at(j, i));
    }
    EXPECT_EQ(at(0, shape.count / 2), 0);  // the same token twice
}

/// The rules as they are written down, computed one by one from the distances.
TEST(ClusterLoops, ClustersFollowTheRules) {
    for (const Shape& shape : kShapes) {
        SCOPED_TRACE(std::to_string(shape.count) + " by " + std::to_string(shape.channels));
        const auto n = static_cast<std::size_t>(shape.count);
        const Results r = results_of(shape, tokens_of(shape, 7));
        const float largest = *std::max_element(r.distances.begin(), r.distances.end());
        std::vector<std::size_t> order(n);
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, [&](auto a, auto b) { return r.score[a] > r.score[b]; });
        EXPECT_TRUE(std::equal(r.centers.begin(), r.centers.end(), order.begin()));
        for (std::size_t i = 0; i < n; ++i) {
            const float* row = r.distances.data() + i * n;
            std::vector<float> sorted(row, row + n);
            std::ranges::sort(sorted);
            float sum = 0, delta = largest;
            for (int j = 0; j < shape.k; ++j)
                sum += sorted[std::size_t(j)] * sorted[std::size_t(j)];
            EXPECT_EQ(r.density[i], static_cast<float>(std::exp(-double(sum / float(shape.k)))));
            for (std::size_t j = 0; j < n; ++j)
                if (r.density[j] > r.density[i] || (r.density[j] == r.density[i] && j < i))
                    delta = std::min(delta, row[j]);
            EXPECT_EQ(r.delta[i], delta);
            EXPECT_EQ(r.score[i], r.density[i] * delta);
            const auto mine = std::ranges::find(r.centers, static_cast<std::int64_t>(i));
            const auto nearest = std::ranges::min_element(
                r.centers, {}, [&](std::int64_t center) { return row[center]; });
            EXPECT_EQ(r.idx_cluster[i],
                      (mine == r.centers.end() ? nearest : mine) - r.centers.begin());
        }
    }
}

TEST(ClusterLoops, ValuesThatAreNotNumbersEndInSomeCluster) {
    const Shape shape{40, 20, 6, 5};
    std::vector<float> values = tokens_of(shape, 3);
    values[0] = values[100] = std::nanf("");
    values[300] = INFINITY;
    with_every_instruction_set([&](InstructionSet) {
        const Results r = results_of(shape, values);
        EXPECT_THAT(r.idx_cluster,
                    testing::Each(testing::AllOf(testing::Ge(0), testing::Lt(shape.clusters))));
    });
}

TEST(ClusterLoops, MeanIsTheExactOne) {
    for (const std::int64_t count : {1, 15, 16, 300, 4200}) {
        const std::vector<float> values = normal_values(count * 7, unsigned(count));
        float mean[7];
        mean_token({values.data(), count, 7}, mean);
        for (std::int64_t c = 0; c < 7; ++c) {
            double sum = 0;
            for (std::int64_t i = 0; i < count; ++i) sum += values[std::size_t(i * 7 + c)];
            EXPECT_NEAR(mean[c], sum / double(count), 3e-7);
        }
    }
}

}  // namespace
}  // namespace univi::kernels::test
