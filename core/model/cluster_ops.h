#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <tuple>

namespace univi::model {

/// Returns true once libunivi_cuda.so is open and has registered its kernels of `univi::dpc_knn`.
bool has_cuda_cluster_kernels();

/// Calls the dispatcher's `univi::dpc_knn`: x [B,N,C] fp32 contiguous on a GPU, noise [B,N] or none
/// -> (idx_cluster, centers, density, distance, score). Only when has_cuda_cluster_kernels().
std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor> call_dpc_knn(
    const at::Tensor& x, int cluster_count, int k, const std::optional<at::Tensor>& noise);

}  // namespace univi::model
