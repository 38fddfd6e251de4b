// The kernels of token clustering, run on the CPU, against kernels::cluster_tokens: the same bits.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "core/kernels/half.h"
#include "core/kernels/token_clusters.h"
#include "core/model/cuda/cluster_kernels.cuh"
#include "core/model/cuda/distance_kernels.cuh"
#include "core/model/cuda/kernel_language.cuh"
#include "core/model/cuda/merge_kernels.cuh"
#include "tests/support/cuda_on_cpu/device_buffer.h"

namespace univi::model::cuda::test {
namespace {

using cuda_on_cpu::DeviceBuffer;
using Floats = std::vector<float>;
using Integers = std::vector<std::int64_t>;

struct Shape {
    int b, n, c, m, k;
    std::size_t count(int per_token) const {
        return static_cast<std::size_t>(b) * static_cast<std::size_t>(n) *
               static_cast<std::size_t>(per_token);
    }
    std::size_t chosen(int per_cluster) const {
        return static_cast<std::size_t>(b) * static_cast<std::size_t>(m) *
               static_cast<std::size_t>(per_cluster);
    }
};

struct Clusters {
    Floats density, delta, score, merged;
    Integers centers, idx_cluster;
};

Clusters on_cpu(const Shape& s, const Floats& x) {
    Clusters r{Floats(s.count(1)),    Floats(s.count(1)),    Floats(s.count(1)),
               Floats(s.chosen(s.c)), Integers(s.chosen(1)), Integers(s.count(1))};
    for (int i = 0; i < s.b; ++i) {
        const kernels::TokenRows tokens{x.data() + std::ptrdiff_t{i} * s.n * s.c, s.n, s.c};
        Floats memory(static_cast<std::size_t>(kernels::workspace_size(tokens)) + 16);
        void* place = memory.data();
        std::size_t room = memory.size() * sizeof(float);
        auto* workspace = static_cast<float*>(std::align(64, 64, place, room));
        const std::ptrdiff_t token = std::ptrdiff_t{i} * s.n, center = std::ptrdiff_t{i} * s.m;
        kernels::cluster_tokens(tokens, s.m, s.k, workspace,
                                {&r.density[0] + token, &r.delta[0] + token, &r.score[0] + token,
                                 &r.centers[0] + center, &r.idx_cluster[0] + token});
        kernels::merge_clusters(tokens, &r.idx_cluster[0] + token, s.m,
                                &r.merged[0] + center * s.c);
    }
    return r;
}

Clusters by_kernels(const Shape& s, const Floats& values) {
    DeviceBuffer<float> x(values, "x"), distances(s.count(s.n), "distances"),
        density(s.count(1), "density"), delta(s.count(1), "delta"), score(s.count(1), "score"),
        merged(s.chosen(s.c), "merged");
    DeviceBuffer<int> largest(std::vector<int>(static_cast<std::size_t>(s.b)), "largest");
    DeviceBuffer<std::int64_t> centers(s.chosen(1), "centers"),
        idx_cluster(s.count(1), "idx_cluster");
    launch_scaled_distances(x.data(), distances.data(), s.b, s.n, s.c, nullptr);
    launch_knn_density(distances.data(), density.data(), largest.data(), s.b, s.n, s.k, nullptr);
    launch_denser_distance(distances.data(), density.data(), largest.data(), delta.data(),
                           score.data(), s.b, s.n, nullptr);
    launch_select_centers(score.data(), centers.data(), s.b, s.n, s.m, nullptr);
    launch_assign(distances.data(), centers.data(), idx_cluster.data(), s.b, s.n, s.m, nullptr);
    launch_merge<float>(x.data(), idx_cluster.data(), merged.data(), s.b, s.n, s.c, s.m, nullptr);
    return {density.values(), delta.values(),   score.values(),
            merged.values(),  centers.values(), idx_cluster.values()};
}

/// The same bits; any NaN equals any other.
void expect_same(const Floats& actual, const Floats& expected, const char* what) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const bool both_nan = std::isnan(actual[i]) && std::isnan(expected[i]);
        if (both_nan || std::bit_cast<int>(actual[i]) == std::bit_cast<int>(expected[i])) continue;
        FAIL() << what << "[" << i << "] is " << actual[i] << " instead of " << expected[i];
    }
}

void expect_equal_to_cpu(const Shape& s, const Floats& x) {
    SCOPED_TRACE(testing::Message() << s.b << " samples of " << s.n << " tokens of " << s.c
                                    << " to " << s.m << ", k " << s.k);
    const Clusters kernels = by_kernels(s, x), cpu = on_cpu(s, x);
    expect_same(kernels.density, cpu.density, "density");
    expect_same(kernels.delta, cpu.delta, "delta");
    expect_same(kernels.score, cpu.score, "score");
    EXPECT_EQ(kernels.centers, cpu.centers);
    EXPECT_EQ(kernels.idx_cluster, cpu.idx_cluster);
    expect_same(kernels.merged, cpu.merged, "merged");
}

Floats random_tokens(const Shape& s, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    Floats x(s.count(s.c));
    for (float& value : x) value = normal(random);
    return x;
}

/// Few different values, so that many distances, densities and scores are equal.
Floats tied_tokens(const Shape& s, unsigned seed) {
    std::mt19937 random(seed);
    Floats x(s.count(s.c));
    for (float& value : x) value = static_cast<float>(random() % 2);
    return x;
}

constexpr Shape kShapes[] = {{1, 1, 1, 1, 1},   {2, 5, 7, 2, 1},    {1, 16, 16, 16, 16},
                             {3, 17, 33, 4, 3}, {1, 33, 40, 32, 3}, {2, 50, 21, 13, 40}};

TEST(ClusterKernels, EqualTheCpuOnRandomTokens) {
    unsigned seed = 1;
    for (const Shape& s : kShapes) expect_equal_to_cpu(s, random_tokens(s, seed++));
}

TEST(ClusterKernels, KeepTheOrderOfTies) {
    unsigned seed = 100;
    for (Shape s : kShapes) {
        s.c = std::min(s.c, 4);
        expect_equal_to_cpu(s, tied_tokens(s, seed++));
    }
    expect_equal_to_cpu({2, 40, 16, 8, 3}, Floats(2 * 40 * 16, 1.0F));
    expect_equal_to_cpu({1, 6, 1, 3, 1}, {0.0F, 0.1F, 5.0F, 5.1F, 0.2F, 9.0F});
}

TEST(ClusterKernels, TakeNanAndInfinityAsTheCpuDoes) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN(),
                    kInfinity = std::numeric_limits<float>::infinity();
    for (const float odd : {kNan, kInfinity, -kInfinity, 3e38F, 1e-42F}) {
        SCOPED_TRACE(odd);
        const Shape s{2, 21, 20, 5, 4};
        Floats x = random_tokens(s, 7);
        for (const std::size_t place : {0, 45, 46, 333, 500}) x[place] = odd;
        expect_equal_to_cpu(s, x);
        // With as many neighbours as tokens some are missing.
        expect_equal_to_cpu({1, 6, 70, 3, 6}, Floats(x.begin(), x.begin() + 6 * 70));
    }
}

template <class T, class Widen, class Round>
void expect_mean_and_merge_of(Widen widen, Round round) {
    const Shape s{1, 300, 5, 4, 1};
    const Floats random = random_tokens(s, 3);
    Floats wide;
    std::vector<T> narrow;
    for (const float value : random) {
        narrow.push_back(round(value));
        wide.push_back(widen(narrow.back()));
    }
    Integers index(s.count(1));
    for (std::size_t i = 0; i < index.size(); ++i)
        index[i] = static_cast<std::int64_t>(i * i % 3);  // cluster 3 has no token
    Floats merged(s.chosen(s.c)), mean(static_cast<std::size_t>(s.c));
    kernels::merge_clusters({wide.data(), s.n, s.c}, index.data(), s.m, merged.data());
    kernels::mean_token({wide.data(), s.n, s.c}, mean.data());

    DeviceBuffer<T> x(narrow), merged_there(merged.size()), mean_there(mean.size());
    DeviceBuffer<std::int64_t> index_there(index);
    launch_merge<T>(x.data(), index_there.data(), merged_there.data(), s.b, s.n, s.c, s.m, nullptr);
    launch_mean_token<T>(x.data(), mean_there.data(), s.n, s.c, nullptr);
    const auto widened = [&](DeviceBuffer<T>& from) {
        Floats all;
        for (const T value : from.values()) all.push_back(widen(value));
        return all;
    };
    for (float& value : merged) value = widen(round(value));
    for (float& value : mean) value = widen(round(value));
    expect_same(widened(merged_there), merged, "merged");
    expect_same(widened(mean_there), mean, "mean");
}

TEST(MergeKernels, EqualTheCpuInEveryType) {
    expect_mean_and_merge_of<float>([](float x) { return x; }, [](float x) { return x; });
    expect_mean_and_merge_of<__half>(__half2float, __float2half_rn);
    expect_mean_and_merge_of<__nv_bfloat16>(__bfloat162float, __float2bfloat16_rn);
}

}  // namespace
}  // namespace univi::model::cuda::test
