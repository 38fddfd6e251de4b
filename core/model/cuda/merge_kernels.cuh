#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace univi::model::cuda {

// T is float, __half or __nv_bfloat16; sums are fp32, in the order of the CPU's kernels. Plain
// device pointers, contiguous; asynchronous on `stream`.

/// x [B,N,C], idx_cluster [B,N] within 0..m-1 -> out [B,m,C]: the sum of each cluster's tokens, in
/// token order, each times 1/(count + 1e-6) (kernels::merge_clusters).
template <class T>
void launch_merge(const T* x, const std::int64_t* idx_cluster, T* out, int b, int n, int c, int m,
                  cudaStream_t stream);

/// x [N,C] -> out [C]: the mean of the tokens (kernels::mean_token).
template <class T>
void launch_mean_token(const T* x, T* out, int n, int c, cudaStream_t stream);

}  // namespace univi::model::cuda
