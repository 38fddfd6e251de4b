#pragma once

#include <cstdint>

namespace univi::kernels {

/// Tokens that one distance tile compares with as many others.
inline constexpr std::int64_t kTileTokens = 4;
/// Channels that a distance tile takes in one step: the lanes of its sums.
inline constexpr std::int64_t kTileLanes = 16;

/// Loops of token clustering. Unlike other kernels they give the same bits on every processor:
/// near ties decide which group a token belongs to.
struct ClusterLoops {
    /// out [kTileTokens, kTileTokens] = distance of each token of `a` to each of `b`, divided by
    /// `scale`. A tile of tokens is [steps, kTileTokens, kTileLanes], at 64 bytes. Every lane adds
    /// its squares in channel order, each with one rounding (fused multiply-add); then lanes 8, 4,
    /// 2 and 1 apart are added.
    void (*distance_tile)(const float* a, const float* b, std::int64_t steps, float scale,
                          float* out);
    /// Returns the largest of `size` values and `start`.
    float (*largest)(const float* values, float start, std::int64_t size);
    /// lanes [kTileLanes] = smallest of every kTileLanes-th value, infinity where there is none.
    void (*smallest_of_lanes)(const float* values, std::int64_t size, float* lanes);
    /// Returns the smallest of `start` and those distances whose rank is below `rank`.
    float (*nearest_below)(const float* distances, const std::int32_t* ranks, std::int32_t rank,
                           float start, std::int64_t size);
    /// Where distances[i] < nearest[i], makes that the nearest and `cluster` its cluster.
    void (*take_nearer)(const float* distances, std::int32_t cluster, float* nearest,
                        std::int32_t* clusters, std::int64_t size);
    /// sum += weight * values, the product rounded before it is added.
    void (*add_weighted)(const float* values, float weight, float* sum, std::int64_t size);
};

/// Returns the loops of instruction_set().
const ClusterLoops& cluster_loops();

/// What every processor runs; the twin that the others are tested against.
const ClusterLoops& plain_cluster_loops();
#if defined(__x86_64__)
/// Only where instruction_set() says so.
const ClusterLoops& avx2_cluster_loops();
const ClusterLoops& avx512_cluster_loops();
#endif

}  // namespace univi::kernels
