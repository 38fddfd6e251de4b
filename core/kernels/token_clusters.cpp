#include "core/kernels/token_clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/kernels/cluster_loops.h"
#include "core/kernels/distances.h"
#include "core/kernels/worker_threads.h"

namespace univi::kernels {
namespace {

/// Tokens that a thread takes at once: some microseconds of work.
constexpr std::int64_t kRowsAtOnce = 64, kClustersAtOnce = 8, kChannelsAtOnce = 512;

/// One clustering; the steps run one after the other, each on all threads.
struct Clustering {
    std::int64_t n;
    int clusters, k;
    const float* distances;  ///< [n,n]
    const TokenClusters& out;

    const float* row(std::int64_t token) const { return distances + token * n; }
};

/// Puts a value in its place among the `k` smallest so far, which ascend.
void insert(float value, int k, float* smallest) {
    if (!(value < smallest[k - 1])) return;
    int place = k - 1;
    for (; place > 0 && value < smallest[place - 1]; --place) smallest[place] = smallest[place - 1];
    smallest[place] = value;
}

/// Finds the k smallest of each row, ascending.
class SmallestValues {
  public:
    SmallestValues(std::int64_t size, int k)
        : k_(k), candidates_(static_cast<std::size_t>(size)), smallest_(std::size_t(k)) {}

    const std::vector<float>& of(const float* row) {
        // As many values as are asked for lie within the bound; few others do.
        const float bound = bound_of(row);
        std::size_t count = 0;
        for (std::size_t j = 0; j < candidates_.size(); ++j) {
            candidates_[count] = row[j];
            count += static_cast<std::size_t>(row[j] <= bound);
        }
        std::fill(smallest_.begin(), smallest_.end(), kInfinity);
        for (std::size_t j = 0; j < count; ++j) insert(candidates_[j], k_, smallest_.data());
        return smallest_;
    }

  private:
    static constexpr float kInfinity = std::numeric_limits<float>::infinity();

    float bound_of(const float* row) {
        if (k_ > kTileLanes) return kInfinity;
        float lanes[kTileLanes];
        cluster_loops().smallest_of_lanes(row, static_cast<std::int64_t>(candidates_.size()),
                                          lanes);
        std::fill(smallest_.begin(), smallest_.end(), kInfinity);
        for (const float lane : lanes) insert(lane, k_, smallest_.data());
        return smallest_.back();
    }

    int k_;
    std::vector<float> candidates_, smallest_;
};

/// exp in double, rounded once: the same float on every C library that is good to half a
/// unit in double.
float density_of(const std::vector<float>& smallest) {
    float sum = 0;
    for (const float value : smallest) sum += value * value;
    const float mean = sum / static_cast<float>(smallest.size());
    return static_cast<float>(std::exp(-static_cast<double>(mean)));
}

/// Returns the largest distance of all.
float find_densities(const Clustering& c) {
    std::vector<float> largest(static_cast<std::size_t>(c.n));
    WorkerThreads::shared().run(c.n, kRowsAtOnce, [&](std::int64_t begin, std::int64_t end) {
        SmallestValues smallest(c.n, c.k);
        for (std::int64_t i = begin; i < end; ++i) {
            c.out.density[i] = density_of(smallest.of(c.row(i)));
            largest[static_cast<std::size_t>(i)] = cluster_loops().largest(c.row(i), 0, c.n);
        }
    });
    return *std::max_element(largest.begin(), largest.end());
}

/// The first `count` token indices, best value first; of equal values the lower index. Values are
/// not negative, so their bits order as they do.
std::vector<std::uint32_t> best_first(const float* values, std::int64_t n, std::int64_t count) {
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) {
        const std::uint32_t descending = ~__builtin_bit_cast(std::uint32_t, values[i]);
        keys[static_cast<std::size_t>(i)] = std::uint64_t{descending} << 32 | std::uint64_t(i);
    }
    if (count < n) std::nth_element(keys.begin(), keys.begin() + count, keys.end());
    std::sort(keys.begin(), keys.begin() + count);
    std::vector<std::uint32_t> order(static_cast<std::size_t>(count));
    std::transform(keys.begin(), keys.begin() + count, order.begin(),
                   [](std::uint64_t key) { return static_cast<std::uint32_t>(key); });
    return order;
}

void find_deltas(const Clustering& c, float largest) {
    // Of rank r, every token of a lower rank counts as denser, which is the tie rule as well.
    std::vector<std::int32_t> ranks(static_cast<std::size_t>(c.n));
    std::int32_t rank = 0;
    for (const std::uint32_t token : best_first(c.out.density, c.n, c.n)) ranks[token] = rank++;
    WorkerThreads::shared().run(c.n, kRowsAtOnce, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            c.out.delta[i] = cluster_loops().nearest_below(
                c.row(i), ranks.data(), ranks[static_cast<std::size_t>(i)], largest, c.n);
            c.out.score[i] = c.out.density[i] * c.out.delta[i];
        }
    });
}

/// Tokens begin..end-1 to their nearest centres, the first of equally near ones. A centre's row
/// holds the distances to it as well: the matrix is symmetric.
void assign_rows(const Clustering& c, std::int64_t begin, std::int64_t end) {
    const auto count = static_cast<std::size_t>(end - begin);
    std::vector<float> nearest(c.row(c.out.centers[0]) + begin, c.row(c.out.centers[0]) + end);
    std::vector<std::int32_t> clusters(count);
    for (int cluster = 1; cluster < c.clusters; ++cluster)
        cluster_loops().take_nearer(c.row(c.out.centers[cluster]) + begin, cluster, nearest.data(),
                                    clusters.data(), end - begin);
    std::copy(clusters.begin(), clusters.end(), c.out.idx_cluster + begin);
}

void assign(const Clustering& c) {
    const auto order = best_first(c.out.score, c.n, c.clusters);
    std::copy(order.begin(), order.end(), c.out.centers);
    WorkerThreads::shared().run(c.n, 4 * kRowsAtOnce, [&](std::int64_t begin, std::int64_t end) {
        assign_rows(c, begin, end);
    });
    for (int cluster = 0; cluster < c.clusters; ++cluster)
        c.out.idx_cluster[c.out.centers[cluster]] = cluster;
}

/// The tokens of each cluster, in token order.
struct Members {
    std::vector<std::int64_t> begin;   ///< [clusters + 1]: where a cluster's tokens begin
    std::vector<std::int64_t> tokens;  ///< [count]
};

Members members_of(const std::int64_t* idx_cluster, std::int64_t count, int clusters) {
    Members all{std::vector<std::int64_t>(static_cast<std::size_t>(clusters) + 1),
                std::vector<std::int64_t>(static_cast<std::size_t>(count))};
    for (std::int64_t i = 0; i < count; ++i)
        ++all.begin[static_cast<std::size_t>(idx_cluster[i]) + 1];
    for (int c = 0; c < clusters; ++c)
        all.begin[static_cast<std::size_t>(c) + 1] += all.begin[static_cast<std::size_t>(c)];
    std::vector<std::int64_t> next(all.begin.begin(), all.begin.end() - 1);
    for (std::int64_t i = 0; i < count; ++i)
        all.tokens[static_cast<std::size_t>(next[static_cast<std::size_t>(idx_cluster[i])]++)] = i;
    return all;
}

/// Sums of sixteen tokens, of sixteen of these sums, and so on.
constexpr int kSumLevels = 4;
using ChannelSums = float[kSumLevels][kChannelsAtOnce];

/// Leaves the sums over all tokens of the channels first..first+width-1 in sums[0].
void sum_channels(const TokenRows& tokens, std::int64_t first, std::int64_t width,
                  ChannelSums& sums) {
    constexpr std::int64_t kAtOnce = 16;
    const auto add = [&](const float* values, float* sum) {
        cluster_loops().add_weighted(values, 1, sum, width);
    };
    const auto add_token = [&](std::int64_t i) {
        add(tokens.values + i * tokens.channels + first, sums[0]);
    };
    for (auto& level : sums) std::fill_n(level, width, 0.0F);
    std::int64_t i = 0;
    while (i + kAtOnce <= tokens.count) {
        for (const std::int64_t end = i + kAtOnce; i < end; ++i) add_token(i);
        std::int64_t step = kAtOnce;
        for (int level = 1; level < kSumLevels; ++level, step *= kAtOnce) {
            add(sums[level - 1], sums[level]);
            std::fill_n(sums[level - 1], width, 0.0F);
            if (i % (step * kAtOnce) != 0) break;
        }
    }
    for (; i < tokens.count; ++i) add_token(i);
    for (int level = 1; level < kSumLevels; ++level) add(sums[level], sums[0]);
}

}  // namespace

std::int64_t workspace_size(const TokenRows& tokens) {
    return tiled_size(tokens) + tokens.count * tokens.count;
}

void cluster_tokens(const TokenRows& tokens, int clusters, int k, float* workspace,
                    const TokenClusters& out) {
    float* distances = workspace + tiled_size(tokens);
    scaled_distances(tokens, workspace, distances);
    const Clustering clustering{tokens.count, clusters, k, distances, out};
    find_deltas(clustering, find_densities(clustering));
    assign(clustering);
}

void merge_clusters(const TokenRows& tokens, const std::int64_t* idx_cluster, int clusters,
                    float* out) {
    const Members members = members_of(idx_cluster, tokens.count, clusters);
    const auto sum = [&](std::int64_t cluster) {
        const std::int64_t begin = members.begin[static_cast<std::size_t>(cluster)],
                           end = members.begin[static_cast<std::size_t>(cluster) + 1];
        const float weight = 1 / (static_cast<float>(end - begin) + 1e-6F);
        float* to = out + cluster * tokens.channels;
        std::fill_n(to, tokens.channels, 0.0F);
        for (std::int64_t i = begin; i < end; ++i)
            cluster_loops().add_weighted(
                tokens.values + members.tokens[static_cast<std::size_t>(i)] * tokens.channels,
                weight, to, tokens.channels);
    };
    WorkerThreads::shared().run(clusters, kClustersAtOnce,
                                [&](std::int64_t begin, std::int64_t end) {
                                    for (std::int64_t c = begin; c < end; ++c) sum(c);
                                });
}

void mean_token(const TokenRows& tokens, float* out) {
    const auto count = static_cast<float>(tokens.count);
    WorkerThreads::shared().run(
        tokens.channels, kChannelsAtOnce, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t at = begin; at < end; at += kChannelsAtOnce) {
                const std::int64_t width = std::min(kChannelsAtOnce, end - at);
                ChannelSums sums;
                sum_channels(tokens, at, width, sums);
                for (std::int64_t j = 0; j < width; ++j) out[at + j] = sums[0][j] / count;
            }
        });
}

}  // namespace univi::kernels
