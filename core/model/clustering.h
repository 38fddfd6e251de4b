#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

namespace univi::model {

/// One DPC-KNN stage (paper section 3.2; ChatUniVi/model/cluster.py
/// cluster_dpc_knn + merge_tokens).
struct ClusterResult {
    at::Tensor idx_cluster;  ///< [B,N] int64: cluster of each input token
    at::Tensor centers;      ///< [B,m] int64: token index of each centre, best score first
    at::Tensor density;      ///< [B,N] fp32 rho
    at::Tensor distance;     ///< [B,N] fp32 delta
    at::Tensor score;        ///< [B,N] fp32 rho*delta
};

/// m = ceil(rate) if rate > 1 else ceil(N*rate), at least 1, at most N.
int resolve_cluster_count(double rate, int num_tokens);
/// k, or min(3, max(m/2, 1)) when k > m.
int resolve_neighbors(int k, int cluster_count);

/// x [B,N,C] any float type (distances are fp32). Of equal densities the lower index counts as the
/// higher, of equal scores the lower index comes first; on the CPU the same bits on every processor
/// and thread count. No gradient flows. With `noise` (parity tests only):
/// cluster_dpc_knn_reference. Throws Error{Internal} on sizes that do not fit.
ClusterResult cluster_dpc_knn(const at::Tensor& x, int cluster_count, int k,
                              const std::optional<at::Tensor>& noise = std::nullopt);

/// The same rules with ATen operations only: what runs on devices without a kernel of their own.
ClusterResult cluster_dpc_knn_generic(const at::Tensor& x, int cluster_count, int k);

/// Clusters with the reference's own operations, rounding and ties included: distances through a
/// matrix product, the density gets noise*1e-6 added (`noise` [B,N] are its uniform numbers in
/// [0,1); zeros give its result without noise), equal densities do not count as higher, topk picks
/// among equal scores. Where near ties decide, only this can equal its results.
ClusterResult cluster_dpc_knn_reference(const at::Tensor& x, int cluster_count, int k,
                                        const at::Tensor& noise);

/// Mean of each cluster's tokens, weights 1/(count + 1e-6): [B,m,C] in x's dtype.
/// Differentiable in x.
at::Tensor merge_tokens(const at::Tensor& x, const at::Tensor& idx_cluster, int cluster_count);

/// Mean of tokens [N,C]: [C] in their dtype. No gradient flows.
at::Tensor mean_token(const at::Tensor& x);

}  // namespace univi::model
