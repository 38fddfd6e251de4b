#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace univi::model::cuda {

// Kernels of DPC-KNN (paper section 3.2). Plain device pointers, contiguous fp32; each launch is
// asynchronous on `stream`. Every output element is computed by one block in one fixed order:
// results repeat from run to run.

/// x [B,N,C] -> distances [B,N,N]: Euclidean, over sqrt(C), differences squared directly, exactly 0
/// on the diagonal.
void launch_scaled_distances(const float* x, float* distances, int b, int n, int c,
                             cudaStream_t stream);

/// distances [B,N,N] -> density [B,N] = exp(-mean of the k smallest squared), k <= 32.
void launch_knn_density(const float* distances, float* density, int b, int n, int k,
                        cudaStream_t stream);

/// Distance to the nearest token that counts as denser (higher density, or equal and of lower
/// index); `largest` [B] where there is none.
void launch_denser_distance(const float* distances, const float* density, const float* largest,
                            float* delta, int b, int n, cudaStream_t stream);

/// centers [B,m] -> idx_cluster [B,N]: nearest centre, the first on ties; each centre is its own.
void launch_assign(const float* distances, const std::int64_t* centers, std::int64_t* idx_cluster,
                   int b, int n, int m, cudaStream_t stream);

}  // namespace univi::model::cuda
