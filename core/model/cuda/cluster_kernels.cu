#include "core/model/cuda/cluster_kernels.cuh"

#include <cfloat>

namespace univi::model::cuda {
namespace {

constexpr int kTile = 16;
constexpr int kThreads = 128;
constexpr int kMaxNeighbors = 32;

/// One tile of 16x16 pairs a block; the channel loop runs over shared tiles of both token sets.
__global__ void distance_kernel(const float* x, float* out, int n, int c, float inverse_root) {
    __shared__ float rows[kTile][kTile + 1], columns[kTile][kTile + 1];
    const float* sample = x + static_cast<std::int64_t>(blockIdx.z) * n * c;
    const int i = blockIdx.y * kTile + threadIdx.y, j = blockIdx.x * kTile + threadIdx.x;
    const int column_token = blockIdx.x * kTile + threadIdx.y;
    float sum = 0;
    for (int begin = 0; begin < c; begin += kTile) {
        const int channel = begin + threadIdx.x;
        rows[threadIdx.y][threadIdx.x] =
            i < n && channel < c ? sample[static_cast<std::int64_t>(i) * c + channel] : 0.0f;
        columns[threadIdx.y][threadIdx.x] =
            column_token < n && channel < c
                ? sample[static_cast<std::int64_t>(column_token) * c + channel]
                : 0.0f;
        __syncthreads();
        for (int k = 0; k < kTile; ++k) {
            const float difference = rows[threadIdx.y][k] - columns[threadIdx.x][k];
            sum = fmaf(difference, difference, sum);
        }
        __syncthreads();
    }
    if (i < n && j < n) {
        out[(static_cast<std::int64_t>(blockIdx.z) * n + i) * n + j] =
            i == j ? 0.0f : sqrtf(sum) * inverse_root;
    }
}

/// Smallest of every thread's (value, index), in lexicographic order: deterministic.
__device__ void block_minimum(float& value, int& index) {
    __shared__ float values[kThreads];
    __shared__ int indices[kThreads];
    values[threadIdx.x] = value;
    indices[threadIdx.x] = index;
    __syncthreads();
    for (int half = kThreads / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            const float other = values[threadIdx.x + half];
            const int other_index = indices[threadIdx.x + half];
            if (other < values[threadIdx.x] ||
                (other == values[threadIdx.x] && other_index < indices[threadIdx.x])) {
                values[threadIdx.x] = other;
                indices[threadIdx.x] = other_index;
            }
        }
        __syncthreads();
    }
    value = values[0];
    index = indices[0];
    __syncthreads();
}

/// One block a token; k passes, each takes the smallest pair behind the last one.
__global__ void density_kernel(const float* distances, float* density, int n, int k) {
    const float* row = distances + static_cast<std::int64_t>(blockIdx.x) * n;
    float last = -1, sum = 0;
    int last_index = -1;
    for (int pass = 0; pass < k; ++pass) {
        float best = FLT_MAX;
        int best_index = n;
        for (int j = threadIdx.x; j < n; j += kThreads) {
            const bool behind = row[j] > last || (row[j] == last && j > last_index);
            if (behind && (row[j] < best || (row[j] == best && j < best_index)))
                best = row[j], best_index = j;
        }
        block_minimum(best, best_index);
        last = best;
        last_index = best_index;
        sum += best * best;
    }
    // exp in double, rounded once, as on the CPU.
    if (threadIdx.x == 0)
        density[blockIdx.x] =
            static_cast<float>(exp(-static_cast<double>(sum / static_cast<float>(k))));
}

__global__ void denser_distance_kernel(const float* distances, const float* density,
                                       const float* largest, float* delta, int n) {
    const int sample = blockIdx.x / n, i = blockIdx.x % n;
    const float* row = distances + static_cast<std::int64_t>(blockIdx.x) * n;
    const float* densities = density + static_cast<std::int64_t>(sample) * n;
    const float mine = densities[i];
    float best = largest[sample];
    int index = 0;
    for (int j = threadIdx.x; j < n; j += kThreads) {
        const bool denser = densities[j] > mine || (densities[j] == mine && j < i);
        if (denser && row[j] < best) best = row[j];
    }
    block_minimum(best, index);
    if (threadIdx.x == 0) delta[blockIdx.x] = best;
}

__global__ void assign_kernel(const float* distances, const std::int64_t* centers,
                              std::int64_t* idx_cluster, int n, int m) {
    const int sample = blockIdx.y, i = blockIdx.x * kThreads + threadIdx.x;
    if (i >= n) return;
    const float* row = distances + (static_cast<std::int64_t>(sample) * n + i) * n;
    const std::int64_t* mine = centers + static_cast<std::int64_t>(sample) * m;
    int best = 0;
    for (int cluster = 0; cluster < m; ++cluster) {
        if (mine[cluster] == i) {
            best = cluster;
            break;
        }
        if (row[mine[cluster]] < row[mine[best]]) best = cluster;
    }
    idx_cluster[static_cast<std::int64_t>(sample) * n + i] = best;
}

}  // namespace

void launch_scaled_distances(const float* x, float* distances, int b, int n, int c,
                             cudaStream_t stream) {
    const int tiles = (n + kTile - 1) / kTile;
    distance_kernel<<<dim3(tiles, tiles, b), dim3(kTile, kTile), 0, stream>>>(
        x, distances, n, c, 1.0f / sqrtf(static_cast<float>(c)));
}

void launch_knn_density(const float* distances, float* density, int b, int n, int k,
                        cudaStream_t stream) {
    static_assert(kMaxNeighbors <= kThreads);
    density_kernel<<<b * n, kThreads, 0, stream>>>(distances, density, n, k);
}

void launch_denser_distance(const float* distances, const float* density, const float* largest,
                            float* delta, int b, int n, cudaStream_t stream) {
    denser_distance_kernel<<<b * n, kThreads, 0, stream>>>(distances, density, largest, delta, n);
}

void launch_assign(const float* distances, const std::int64_t* centers, std::int64_t* idx_cluster,
                   int b, int n, int m, cudaStream_t stream) {
    assign_kernel<<<dim3((n + kThreads - 1) / kThreads, b), kThreads, 0, stream>>>(
        distances, centers, idx_cluster, n, m);
}

}  // namespace univi::model::cuda
