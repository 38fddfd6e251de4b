#pragma once

#include <cuda_runtime_api.h>

namespace univi::model::cuda {

/// x [B,N,C] -> distances [B,N,N]: Euclidean, over sqrt(C), the same bits as
/// kernels::scaled_distances on the CPU. Differences are squared directly: near ties decide which
/// group a token belongs to, and a matrix product would round them away. Contiguous fp32,
/// asynchronous on `stream`.
void launch_scaled_distances(const float* x, float* distances, int b, int n, int c,
                             cudaStream_t stream);

}  // namespace univi::model::cuda
