#include "core/model/cuda/distance_kernels.cuh"

#include "core/model/cuda/kernel_language.cuh"

namespace univi::model::cuda {
namespace {

/// The CPU sums a distance in this many lanes, each every sixteenth channel: half a warp here.
constexpr int kLanes = 16;
/// Half a warp compares this many tokens with as many others, all pairs in registers.
constexpr int kTile = 4;
/// Tiles along each side of what a block compares.
constexpr int kTiles = 4;
constexpr int kBlockTokens = kTile * kTiles, kThreads = kTiles * kTiles * kLanes;

/// The sum over all lanes of the pair whose number is the lane's: lanes 8, 4, 2 and 1 apart are
/// added, as on the CPU. Of two such lanes each goes on with half of the pairs.
__device__ float sum_over_lanes(float (&sums)[kTile * kTile], int lane) {
    UNIVI_UNROLL
    for (int apart = kLanes / 2; apart > 0; apart /= 2) {
        const bool upper = (lane & apart) != 0;
        UNIVI_UNROLL
        for (int i = 0; i < apart; ++i) {
            const float kept = upper ? sums[i + apart] : sums[i],
                        given = upper ? sums[i] : sums[i + apart];
            sums[i] = __fadd_rn(kept, __shfl_xor_sync(kAllLanes, given, apart));
        }
    }
    return sums[0];
}

/// The squares of one lane's channels, for every pair of a tile.
__device__ void add_squares(Pointer<const float> sample, const int (&rows)[kTile],
                            const int (&columns)[kTile], int c, int lane,
                            float (&sums)[kTile * kTile]) {
    for (int channel = lane; channel < c; channel += kLanes) {
        float left[kTile], right[kTile];
        UNIVI_UNROLL
        for (int t = 0; t < kTile; ++t) {
            left[t] = sample[static_cast<std::int64_t>(rows[t]) * c + channel];
            right[t] = sample[static_cast<std::int64_t>(columns[t]) * c + channel];
        }
        UNIVI_UNROLL
        for (int pair = 0; pair < kTile * kTile; ++pair) {
            const float difference = left[pair / kTile] - right[pair % kTile];
            sums[pair] = fmaf(difference, difference, sums[pair]);
        }
    }
}

/// Tiles on the diagonal and above; each is written to both halves of the matrix. No shared memory:
/// a step of half a warp reads 64 bytes of each token, which stay in the first-level cache for the
/// tiles beside it.
__global__ void __launch_bounds__(kThreads)
    distance_kernel(Pointer<const float> x, Pointer<float> out, int n, int c, float scale) {
    if (blockIdx.x < blockIdx.y) return;
    const int thread = static_cast<int>(threadIdx.x), half = thread / kLanes,
              lane = thread % kLanes;
    const int first_row = static_cast<int>(blockIdx.y) * kBlockTokens + half / kTiles * kTile,
              first_column = static_cast<int>(blockIdx.x) * kBlockTokens + half % kTiles * kTile;
    int rows[kTile], columns[kTile];
    UNIVI_UNROLL
    for (int t = 0; t < kTile; ++t) {
        rows[t] = first_row + t < n ? first_row + t : n - 1;
        columns[t] = first_column + t < n ? first_column + t : n - 1;
    }
    float sums[kTile * kTile] = {};
    add_squares(x + static_cast<std::int64_t>(blockIdx.z) * n * c, rows, columns, c, lane, sums);
    const float sum = sum_over_lanes(sums, lane);
    const int i = first_row + lane / kTile, j = first_column + lane % kTile;
    if (i >= n || j >= n || first_row > first_column) return;
    const Pointer<float> sample = out + static_cast<std::int64_t>(blockIdx.z) * n * n;
    const float distance = sqrtf(sum) / scale;
    sample[static_cast<std::int64_t>(i) * n + j] = distance;
    if (first_row < first_column) sample[static_cast<std::int64_t>(j) * n + i] = distance;
}

}  // namespace

void launch_scaled_distances(const float* x, float* distances, int b, int n, int c,
                             cudaStream_t stream) {
    static_assert(kTile * kTile == kLanes);
    const int blocks = ceil_div(n, kBlockTokens);
    launch(distance_kernel, "distances", dim3(blocks, blocks, b), dim3(kThreads), 0, stream, x,
           distances, n, c, static_cast<float>(sqrt(static_cast<double>(c))));
}

}  // namespace univi::model::cuda
