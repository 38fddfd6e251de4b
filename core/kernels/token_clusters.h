#pragma once

#include "core/kernels/token_rows.h"

namespace univi::kernels {

/// Where one clustering's results go: rows of the members of model::ClusterResult.
struct TokenClusters {
    float *density, *delta, *score;  ///< [count] each
    std::int64_t* centers;           ///< [clusters]: token index of each centre, best score first
    std::int64_t* idx_cluster;       ///< [count]
};

/// Floats that cluster_tokens works in: for the tokens and for all distances between them.
std::int64_t workspace_size(const TokenRows& tokens);

/// DPC-KNN: density from the k nearest tokens (itself among them), delta the distance to the
/// nearest denser token, centres where their product is largest, every token to its nearest centre.
/// Of equal densities the lower index counts as the higher, of equal scores the lower index comes
/// first. 1 <= clusters, k <= tokens.count. The same bits on every processor and number of threads.
/// `workspace` holds workspace_size() floats, at 64 bytes. Computes on WorkerThreads::shared().
void cluster_tokens(const TokenRows& tokens, int clusters, int k, float* workspace,
                    const TokenClusters& out);

/// out [clusters,channels] = sum of each cluster's tokens, in token order, each times
/// 1/(count + 1e-6). idx_cluster [count] within 0..clusters-1.
void merge_clusters(const TokenRows& tokens, const std::int64_t* idx_cluster, int clusters,
                    float* out);

/// out [channels] = mean of the tokens; count >= 1. Sums as LibTorch does (and so the reference):
/// sixteen tokens, sixteen of these sums, and so on. Near ties between frames depend on it.
void mean_token(const TokenRows& tokens, float* out);

}  // namespace univi::kernels
