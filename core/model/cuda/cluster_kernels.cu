#include "core/model/cuda/cluster_kernels.cuh"

#include "core/model/cuda/kernel_language.cuh"

namespace univi::model::cuda {
namespace {

constexpr int kThreads = 128, kWarps = kThreads / kWarp;

__device__ float infinity() {
    return __int_as_float(0x7F800000);
}

/// A distance and where it stands in its row.
struct Place {
    float value;
    int index;
};

__device__ bool comes_before(const Place& a, const Place& b) {
    return a.value < b.value || (a.value == b.value && a.index < b.index);
}

/// The first of every lane's places; the same in every lane.
__device__ Place warp_first(Place place) {
    UNIVI_UNROLL
    for (int apart = kWarp / 2; apart > 0; apart /= 2) {
        const Place other{__shfl_xor_sync(kAllLanes, place.value, apart),
                          __shfl_xor_sync(kAllLanes, place.index, apart)};
        if (comes_before(other, place)) place = other;
    }
    return place;
}

/// The first place of a row behind `last`; infinity at `n` when there is none. NaN is never first.
__device__ Place next_place(Pointer<const float> row, Place last, int n, int lane) {
    Place first{infinity(), n};
    for (int j = lane; j < n; j += kWarp) {
        const Place place{row[j], j};
        if (comes_before(last, place) && comes_before(place, first)) first = place;
    }
    return warp_first(first);
}

/// The token whose turn a warp has; the last one's again for warps without one.
__device__ int token_of_warp(int tokens) {
    const int token = static_cast<int>(blockIdx.x) * kWarps + static_cast<int>(threadIdx.x) / kWarp;
    return token < tokens ? token : tokens - 1;
}

__device__ bool writes_token(int tokens) {
    const int token = static_cast<int>(blockIdx.x) * kWarps + static_cast<int>(threadIdx.x) / kWarp;
    return threadIdx.x % kWarp == 0 && token < tokens;
}

/// A warp a token: k times the next smallest distance of its row.
__global__ void __launch_bounds__(kThreads)
    density_kernel(Pointer<const float> distances, Pointer<float> density, Pointer<int> largest,
                   int tokens, int n, int k) {
    const int token = token_of_warp(tokens), lane = static_cast<int>(threadIdx.x) % kWarp;
    const Pointer<const float> row = distances + static_cast<std::int64_t>(token) * n;
    float most = 0, sum = 0;
    for (int j = lane; j < n; j += kWarp) most = fmaxf(most, row[j]);
    most = warp_largest(most);
    Place last{-1, -1};
    for (int pass = 0; pass < k; ++pass) {
        last = next_place(row, last, n, lane);
        sum = __fadd_rn(sum, __fmul_rn(last.value, last.value));
    }
    if (!writes_token(tokens)) return;
    // exp in double, rounded once, as on the CPU.
    density[token] = static_cast<float>(exp(-static_cast<double>(sum / static_cast<float>(k))));
    atomicMax(largest + token / n, __float_as_int(most));
}

/// A warp a token.
__global__ void __launch_bounds__(kThreads)
    denser_distance_kernel(Pointer<const float> distances, Pointer<const float> density,
                           Pointer<const int> largest, Pointer<float> delta, Pointer<float> score,
                           int tokens, int n) {
    const int token = token_of_warp(tokens), lane = static_cast<int>(threadIdx.x) % kWarp;
    const int sample = token / n, i = token % n;
    const Pointer<const float> row = distances + static_cast<std::int64_t>(token) * n,
                               densities = density + static_cast<std::int64_t>(sample) * n;
    const float mine = densities[i];
    Place nearest{__int_as_float(largest[sample]), 0};
    for (int j = lane; j < n; j += kWarp) {
        const float other = densities[j];
        const bool denser = other > mine || (other == mine && j < i);
        if (denser && row[j] < nearest.value) nearest.value = row[j];
    }
    nearest = warp_first(nearest);
    if (!writes_token(tokens)) return;
    delta[token] = nearest.value;
    score[token] = mine * nearest.value;
}

/// Scores are not negative, so their bits order as they do; NaN is above all.
__device__ unsigned order_of(float score) {
    return score != score ? 0xFFFFFFFFU : __float_as_uint(score);
}

/// A thread a token: its rank is how many come before it.
__global__ void __launch_bounds__(kThreads)
    select_kernel(Pointer<const float> score, Pointer<std::int64_t> centers, int n, int m) {
    UNIVI_SHARED(unsigned, orders, kThreads);
    const int thread = static_cast<int>(threadIdx.x);
    const int i = static_cast<int>(blockIdx.x) * kThreads + thread;
    const Pointer<const float> scores = score + static_cast<std::int64_t>(blockIdx.y) * n;
    const unsigned mine = order_of(scores[i < n ? i : n - 1]);
    int rank = 0;
    for (int begin = 0; begin < n; begin += kThreads) {
        if (begin + thread < n) orders[thread] = order_of(scores[begin + thread]);
        __syncthreads();
        const int count = n - begin < kThreads ? n - begin : kThreads;
        for (int t = 0; t < count; ++t) {
            const unsigned other = orders[t];
            rank += other > mine || (other == mine && begin + t < i) ? 1 : 0;
        }
        __syncthreads();
    }
    if (i < n && rank < m) centers[static_cast<std::int64_t>(blockIdx.y) * m + rank] = i;
}

/// A thread a token. A centre's row holds the distances to it: the matrix is symmetric.
__global__ void __launch_bounds__(kThreads)
    assign_kernel(Pointer<const float> distances, Pointer<const std::int64_t> centers,
                  Pointer<std::int64_t> idx_cluster, int n, int m) {
    const int i = static_cast<int>(blockIdx.x) * kThreads + static_cast<int>(threadIdx.x);
    if (i >= n) return;
    const std::int64_t sample = blockIdx.y;
    const Pointer<const std::int64_t> mine = centers + sample * m;
    const Pointer<const float> column = distances + sample * n * n + i;
    float nearest = column[mine[0] * n];
    std::int64_t best = 0, own = -1;
    for (int cluster = 0; cluster < m; ++cluster) {
        const std::int64_t center = mine[cluster];
        const float distance = column[center * n];
        if (distance < nearest) {
            nearest = distance;
            best = cluster;
        }
        if (center == i) own = cluster;
    }
    idx_cluster[sample * n + i] = own >= 0 ? own : best;
}

}  // namespace

void launch_knn_density(const float* distances, float* density, int* largest, int b, int n, int k,
                        cudaStream_t stream) {
    launch(density_kernel, "density", dim3(ceil_div(b * n, kWarps)), dim3(kThreads), 0, stream,
           distances, density, largest, b * n, n, k);
}

void launch_denser_distance(const float* distances, const float* density, const int* largest,
                            float* delta, float* score, int b, int n, cudaStream_t stream) {
    launch(denser_distance_kernel, "denser distance", dim3(ceil_div(b * n, kWarps)), dim3(kThreads),
           0, stream, distances, density, largest, delta, score, b * n, n);
}

void launch_select_centers(const float* score, std::int64_t* centers, int b, int n, int m,
                           cudaStream_t stream) {
    launch(select_kernel, "select centers", dim3(ceil_div(n, kThreads), b), dim3(kThreads), 0,
           stream, score, centers, n, m);
}

void launch_assign(const float* distances, const std::int64_t* centers, std::int64_t* idx_cluster,
                   int b, int n, int m, cudaStream_t stream) {
    launch(assign_kernel, "assign", dim3(ceil_div(n, kThreads), b), dim3(kThreads), 0, stream,
           distances, centers, idx_cluster, n, m);
}

}  // namespace univi::model::cuda
