#pragma once

#include <ATen/core/Tensor.h>

#include <tuple>

namespace univi::model {

/// Returns true where the dispatcher has our own kernels of token clustering for the device of `x`:
/// on a GPU once libunivi_cuda.so is open.
bool has_cluster_kernels(const at::Tensor& x);

// What follows calls the dispatcher's operators of the same names; only where
// has_cluster_kernels(x). No gradient flows, and nothing waits for the device.

/// x [B,N,C] fp32 contiguous -> (idx_cluster, centers, density, distance, score) of ClusterResult,
/// with the CPU's order of sums and its rules for ties.
std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor> call_dpc_knn(
    const at::Tensor& x, int cluster_count, int k);

/// x [B,N,C] fp32, fp16 or bf16, idx_cluster [B,N], both contiguous -> [B,cluster_count,C].
at::Tensor call_merge_tokens(const at::Tensor& x, const at::Tensor& idx_cluster, int cluster_count);

/// x [N,C] fp32, fp16 or bf16, contiguous -> [C].
at::Tensor call_mean_token(const at::Tensor& x);

}  // namespace univi::model
