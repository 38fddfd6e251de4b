#include "core/model/cuda/attention_kernels.cuh"

#include "core/model/cuda/kernel_language.cuh"

namespace univi::model::cuda {
namespace {

constexpr int kThreads = 128, kWarps = kThreads / kWarp;
/// Keys whose scores a warp computes side by side.
constexpr int kKeys = 4;

__device__ float minus_infinity() {
    return __int_as_float(static_cast<int>(0xFF800000U));
}

/// What a softmax has seen: the largest score, the sum of exponentials below it, and the values
/// weighted with these.
template <int Dims>
struct Softmax {
    float largest = minus_infinity(), sum = 0, values[Dims] = {};
};

template <class T, int Dims>
__device__ __forceinline__ void load_dims(Pointer<const T> row, int dim, int first, float* out) {
    UNIVI_UNROLL
    for (int i = 0; i < Dims; ++i) out[i] = 0;
    if (first >= dim) return;
    constexpr int kAtOnce = sizeof(T) * Dims > 16 ? 16 / sizeof(T) : Dims;
    UNIVI_UNROLL
    for (int i = 0; i < Dims; i += kAtOnce) {
        const auto pack = load_pack<Pack<T, kAtOnce>>(row + (first + i));
        UNIVI_UNROLL
        for (int j = 0; j < kAtOnce; ++j) out[i + j] = to_float(pack.at[j]);
    }
}

/// Adds kKeys scores with their values.
template <int Dims>
__device__ __forceinline__ void add_keys(const float (&scores)[kKeys],
                                         const float (&values)[kKeys][Dims], Softmax<Dims>& seen) {
    float largest = seen.largest;
    UNIVI_UNROLL
    for (int key = 0; key < kKeys; ++key) largest = fmaxf(largest, scores[key]);
    const float kept = largest == seen.largest ? 1 : expf(seen.largest - largest);
    seen.sum *= kept;
    UNIVI_UNROLL
    for (int i = 0; i < Dims; ++i) seen.values[i] *= kept;
    UNIVI_UNROLL
    for (int key = 0; key < kKeys; ++key) {
        const float share = expf(scores[key] - largest);
        seen.sum += share;
        UNIVI_UNROLL
        for (int i = 0; i < Dims; ++i) seen.values[i] = fmaf(share, values[key][i], seen.values[i]);
    }
    seen.largest = largest;
}

/// One part of one head's keys: a warp takes kKeys at a time, its lanes Dims of the dims each.
template <class T, int Dims>
__device__ Softmax<Dims> see_keys(Pointer<const T> keys, Pointer<const T> values,
                                  const float (&query)[Dims], Pointer<float> scores, int dim,
                                  int begin, int end) {
    const int thread = static_cast<int>(threadIdx.x), lane = thread % kWarp, first = lane * Dims;
    Softmax<Dims> seen;
    for (int key = begin + thread / kWarp * kKeys; key < end; key += kWarps * kKeys) {
        float score[kKeys], held[kKeys][Dims];
        UNIVI_UNROLL
        for (int k = 0; k < kKeys; ++k) {
            const std::int64_t at = key + k < end ? key + k : end - 1;
            load_dims<T, Dims>(keys + at * dim, dim, first, held[k]);
            score[k] = 0;
            UNIVI_UNROLL
            for (int i = 0; i < Dims; ++i) score[k] = fmaf(query[i], held[k][i], score[k]);
            load_dims<T, Dims>(values + at * dim, dim, first, held[k]);
        }
        UNIVI_UNROLL
        for (int k = 0; k < kKeys; ++k) {
            score[k] = warp_sum(score[k]);
            if (key + k >= end)
                score[k] = minus_infinity();
            else if (scores != nullptr && lane == 0)
                scores[key + k] = score[k];
        }
        add_keys<Dims>(score, held, seen);
    }
    return seen;
}

/// A block a part of one head's keys.
template <class T, int Dims>
__global__ void __launch_bounds__(kThreads)
    attend_part_kernel(Pointer<const T> query, Pointer<const T> keys, Pointer<const T> values,
                       Pointer<const int> position, int heads, int kv_heads, int dim, int capacity,
                       Pointer<float> sums, Pointer<float> extents, Pointer<float> scores) {
    UNIVI_SHARED(float, largest, kWarps);
    UNIVI_SHARED(float, totals, kWarps);
    UNIVI_SHARED(float, parts, kWarps* kWarp* Dims);
    const int head = static_cast<int>(blockIdx.x), part = static_cast<int>(blockIdx.y);
    const int count = position[0] + 1 < capacity ? position[0] + 1 : capacity;
    const int begin = part * kKeysAtOnce;
    if (begin >= count) return;
    const int end = begin + kKeysAtOnce < count ? begin + kKeysAtOnce : count;
    const int thread = static_cast<int>(threadIdx.x), warp = thread / kWarp, lane = thread % kWarp;
    float mine[Dims];
    load_dims<T, Dims>(query + head * dim, dim, lane * Dims, mine);
    const float scale = 1 / sqrtf(static_cast<float>(dim));
    UNIVI_UNROLL
    for (int i = 0; i < Dims; ++i) mine[i] *= scale;
    const std::int64_t held = static_cast<std::int64_t>(head / (heads / kv_heads)) * capacity * dim;
    const Pointer<float> own_scores =
        scores == nullptr ? scores : scores + static_cast<std::int64_t>(head) * capacity;
    const Softmax<Dims> seen =
        see_keys<T, Dims>(keys + held, values + held, mine, own_scores, dim, begin, end);
    if (lane == 0) largest[warp] = seen.largest;
    __syncthreads();
    float most = minus_infinity();
    for (int w = 0; w < kWarps; ++w) most = fmaxf(most, largest[w]);
    // A warp without keys has seen nothing.
    const float kept = seen.sum == 0 ? 0 : expf(seen.largest - most);
    if (lane == 0) totals[warp] = seen.sum * kept;
    UNIVI_UNROLL
    for (int i = 0; i < Dims; ++i) parts[thread * Dims + i] = seen.values[i] * kept;
    __syncthreads();
    const std::int64_t place = static_cast<std::int64_t>(head) * static_cast<int>(gridDim.y) + part;
    for (int i = thread; i < dim; i += kThreads) {
        float sum = 0;
        for (int w = 0; w < kWarps; ++w) sum += parts[w * kWarp * Dims + i];
        sums[place * dim + i] = sum;
    }
    if (thread != 0) return;
    float total = 0;
    for (int w = 0; w < kWarps; ++w) total += totals[w];
    extents[place * 2] = most;
    extents[place * 2 + 1] = total;
}

/// The largest score of a head's parts, and the sum of exponentials below it.
__device__ float sum_of_parts(Pointer<const float> extents, int parts, float& most) {
    most = minus_infinity();
    for (int part = 0; part < parts; ++part) most = fmaxf(most, extents[part * 2]);
    float total = 0;
    for (int part = 0; part < parts; ++part)
        total += extents[part * 2 + 1] * expf(extents[part * 2] - most);
    return total;
}

/// A block a head, a thread a dim.
template <class T>
__global__ void __launch_bounds__(kThreads)
    join_parts_kernel(Pointer<const float> sums, Pointer<const float> extents,
                      Pointer<const int> position, Pointer<T> out, int dim, int capacity,
                      int all_parts) {
    const std::int64_t head = blockIdx.x, first = head * all_parts;
    const int count = position[0] + 1 < capacity ? position[0] + 1 : capacity;
    const int parts = ceil_div(count, kKeysAtOnce);
    float most = 0;
    const float total = sum_of_parts(extents + first * 2, parts, most);
    for (int i = static_cast<int>(threadIdx.x); i < dim; i += kThreads) {
        float sum = 0;
        for (int part = 0; part < parts; ++part)
            sum =
                fmaf(sums[(first + part) * dim + i], expf(extents[(first + part) * 2] - most), sum);
        out[head * dim + i] = from_float<T>(sum / total);
    }
}

/// A thread a key.
__global__ void __launch_bounds__(kThreads)
    shares_kernel(Pointer<const float> scores, Pointer<const float> extents,
                  Pointer<const int> position, Pointer<float> sums, int heads, int capacity,
                  int all_parts) {
    const int key = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    const int count = position[0] + 1 < capacity ? position[0] + 1 : capacity;
    if (key >= count) return;
    float share = 0;
    for (int head = 0; head < heads; ++head) {
        float most = 0;
        const float total = sum_of_parts(extents + static_cast<std::int64_t>(head) * all_parts * 2,
                                         ceil_div(count, kKeysAtOnce), most);
        share += expf(scores[static_cast<std::int64_t>(head) * capacity + key] - most) / total;
    }
    sums[key] += share / static_cast<float>(heads);
}

}  // namespace

template <class T>
void launch_attend_one(const AttendOne<T>& from, const AttendMemory& memory, T* out,
                       cudaStream_t stream) {
    const int parts = attention_parts(from.capacity);
    auto* kernel = attend_part_kernel<T, 4>;
    if (from.dim > 4 * kWarp) kernel = attend_part_kernel<T, 8>;
    launch(kernel, "attend to a part", dim3(from.heads, parts), dim3(kThreads), 0, stream,
           from.query, from.keys, from.values, from.position, from.heads, from.kv_heads, from.dim,
           from.capacity, memory.sums, memory.extents, memory.scores);
    launch(join_parts_kernel<T>, "join parts of attention", dim3(from.heads), dim3(kThreads), 0,
           stream, memory.sums, memory.extents, from.position, out, from.dim, from.capacity, parts);
}

void launch_attention_shares(const AttendMemory& memory, const int* position, float* sums,
                             int heads, int capacity, cudaStream_t stream) {
    launch(shares_kernel, "attention shares", dim3(ceil_div(capacity, kThreads)), dim3(kThreads), 0,
           stream, memory.scores, memory.extents, position, sums, heads, capacity,
           attention_parts(capacity));
}

#define UNIVI_FOR(T) \
    template void launch_attend_one(const AttendOne<T>&, const AttendMemory&, T*, cudaStream_t);
UNIVI_FOR(float)
UNIVI_FOR(__half)
UNIVI_FOR(__nv_bfloat16)
#undef UNIVI_FOR

}  // namespace univi::model::cuda
