#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace univi::model::cuda {

// Kernels of DPC-KNN (paper section 3.2) over distances [B,N,N], with the tie rules and, but for
// the last bit of exp, the bits of kernels::cluster_tokens on the CPU. Plain device pointers,
// contiguous; each launch is asynchronous on `stream`. Results repeat from run to run.

/// density [B,N] = exp(-mean of the k smallest squared distances), NaN passed over, and largest [B]
/// = the bits of the largest distance, which must hold zeros before.
void launch_knn_density(const float* distances, float* density, int* largest, int b, int n, int k,
                        cudaStream_t stream);

/// delta [B,N] = distance to the nearest token that counts as denser (higher density, or equal and
/// of lower index), `largest` where there is none; score [B,N] = density * delta.
void launch_denser_distance(const float* distances, const float* density, const int* largest,
                            float* delta, float* score, int b, int n, cudaStream_t stream);

/// centers [B,m] = the tokens of the best scores, best first; NaN before all others, of equal
/// scores the lower index first.
void launch_select_centers(const float* score, std::int64_t* centers, int b, int n, int m,
                           cudaStream_t stream);

/// idx_cluster [B,N] = nearest centre, the first on ties; each centre is its own.
void launch_assign(const float* distances, const std::int64_t* centers, std::int64_t* idx_cluster,
                   int b, int n, int m, cudaStream_t stream);

}  // namespace univi::model::cuda
