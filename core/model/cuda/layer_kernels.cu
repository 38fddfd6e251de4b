#include "core/model/cuda/layer_kernels.cuh"

#include "core/model/cuda/kernel_language.cuh"

namespace univi::model::cuda {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;

/// The sum over the block's threads, the same in every thread. Once a kernel.
__device__ float block_sum(float value) {
    UNIVI_SHARED(float, sums, kWarps);
    const int thread = static_cast<int>(threadIdx.x);
    value = warp_sum(value);
    if (thread % kWarp == 0) sums[thread / kWarp] = value;
    __syncthreads();
    float sum = 0;
    for (int warp = 0; warp < kWarps; ++warp) sum += sums[warp];
    return sum;
}

/// A block a row; each thread reads again only what it has written itself.
template <class T>
__global__ void __launch_bounds__(kThreads)
    add_rms_norm_kernel(Pointer<T> x, Pointer<const T> added, Pointer<const T> weight,
                        Pointer<T> out, int size, float eps) {
    const std::int64_t begin = static_cast<std::int64_t>(blockIdx.x) * size;
    const Pointer<T> row = x + begin;
    float squares = 0;
    for (int i = static_cast<int>(threadIdx.x); i < size; i += kThreads) {
        float value = to_float(row[i]);
        if (added != nullptr) {
            const T sum = from_float<T>(value + to_float(added[begin + i]));
            row[i] = sum;
            value = to_float(sum);
        }
        squares = fmaf(value, value, squares);
    }
    const float scale = rsqrtf(block_sum(squares) / static_cast<float>(size) + eps);
    for (int i = static_cast<int>(threadIdx.x); i < size; i += kThreads) {
        const T normed = from_float<T>(to_float(row[i]) * scale);
        out[begin + i] = from_float<T>(to_float(weight[i]) * to_float(normed));
    }
}

template <class T>
__global__ void __launch_bounds__(kThreads)
    swiglu_kernel(Pointer<const T> gate, Pointer<const T> up, Pointer<T> out, int size) {
    const int i = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    if (i >= size) return;
    const float value = to_float(gate[i]);
    const T opened = from_float<T>(value / (1 + expf(-value)));
    out[i] = from_float<T>(to_float(opened) * to_float(up[i]));
}

/// One pair (i, i + half) of a head, turned.
template <class T>
__device__ void turn(Pointer<const T> head, Pointer<const float> cosines,
                     Pointer<const float> sines, int i, int half, Pointer<T> out) {
    const float a = to_float(head[i]), b = to_float(head[i + half]);
    out[i] = from_float<T>(a * cosines[i] - b * sines[i]);
    out[i + half] = from_float<T>(b * cosines[i + half] + a * sines[i + half]);
}

/// A thread a pair of one head: the query's heads, the keys', the values'.
template <class T>
__global__ void __launch_bounds__(kThreads)
    rotary_kernel(Pointer<const T> query, Pointer<const T> keys, Pointer<const T> values, int heads,
                  int kv_heads, int dim, Pointer<const float> cosines, Pointer<const float> sines,
                  Pointer<const int> position, Pointer<T> out, Pointer<T> key_cache,
                  Pointer<T> value_cache, int capacity) {
    const int half = dim / 2, pair = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    int head = pair / half;
    const int i = pair % half, at = position[0];
    if (head >= heads + 2 * kv_heads || at < 0 || at >= capacity) return;
    const std::int64_t angles = static_cast<std::int64_t>(at) * dim;
    const Pointer<const float> cosine = cosines + angles, sine = sines + angles;
    if (head < heads) {
        turn(query + head * dim, cosine, sine, i, half, out + head * dim);
        return;
    }
    head -= heads;
    const bool is_value = head >= kv_heads;
    if (is_value) head -= kv_heads;
    const std::int64_t place = (static_cast<std::int64_t>(head) * capacity + at) * dim;
    if (!is_value) {
        turn(keys + head * dim, cosine, sine, i, half, key_cache + place);
        return;
    }
    value_cache[place + i] = static_cast<T>(values[head * dim + i]);
    value_cache[place + i + half] = static_cast<T>(values[head * dim + i + half]);
}

}  // namespace

template <class T>
void launch_add_rms_norm(T* x, const T* added, const T* weight, T* out, int rows, int size,
                         float eps, cudaStream_t stream) {
    launch(add_rms_norm_kernel<T>, "rms norm", dim3(rows), dim3(kThreads), 0, stream, x, added,
           weight, out, size, eps);
}

template <class T>
void launch_swiglu(const T* gate, const T* up, T* out, int size, cudaStream_t stream) {
    launch(swiglu_kernel<T>, "swiglu", dim3(ceil_div(size, kThreads)), dim3(kThreads), 0, stream,
           gate, up, out, size);
}

template <class T>
void launch_rotary_to_cache(const RotaryHeads<T>& from, const float* cosines, const float* sines,
                            const int* position, T* out, const LayerCache<T>& cache,
                            cudaStream_t stream) {
    const int pairs = (from.heads + 2 * from.kv_heads) * (from.dim / 2);
    launch(rotary_kernel<T>, "rotary to cache", dim3(ceil_div(pairs, kThreads)), dim3(kThreads), 0,
           stream, from.query, from.keys, from.values, from.heads, from.kv_heads, from.dim, cosines,
           sines, position, out, cache.keys, cache.values, cache.capacity);
}

#define UNIVI_FOR(T)                                                                              \
    template void launch_add_rms_norm(T*, const T*, const T*, T*, int, int, float, cudaStream_t); \
    template void launch_swiglu(const T*, const T*, T*, int, cudaStream_t);                       \
    template void launch_rotary_to_cache(const RotaryHeads<T>&, const float*, const float*,       \
                                         const int*, T*, const LayerCache<T>&, cudaStream_t);
UNIVI_FOR(float)
UNIVI_FOR(__half)
UNIVI_FOR(__nv_bfloat16)
#undef UNIVI_FOR

}  // namespace univi::model::cuda
