#include "core/model/cuda/merge_kernels.cuh"

#include "core/model/cuda/kernel_language.cuh"

namespace univi::model::cuda {
namespace {

constexpr int kThreads = 128;

/// A thread a channel of one cluster: all of a warp read the same cluster number and, where it is
/// theirs, neighbouring channels of the token.
template <class T>
__global__ void __launch_bounds__(kThreads)
    merge_kernel(Pointer<const T> x, Pointer<const std::int64_t> idx_cluster, Pointer<T> out, int n,
                 int c, int m) {
    const int channel = static_cast<int>(blockIdx.x) * kThreads + static_cast<int>(threadIdx.x);
    if (channel >= c) return;
    const std::int64_t sample = blockIdx.z, cluster = blockIdx.y;
    const Pointer<const std::int64_t> clusters = idx_cluster + sample * n;
    const Pointer<const T> tokens = x + sample * n * c + channel;
    int count = 0;
    for (int i = 0; i < n; ++i) count += clusters[i] == cluster ? 1 : 0;
    const float weight = 1 / (static_cast<float>(count) + 1e-6F);
    float sum = 0;
    for (int i = 0; i < n; ++i)
        if (clusters[i] == cluster)
            sum = __fadd_rn(sum, __fmul_rn(weight, to_float(tokens[std::int64_t{i} * c])));
    out[(sample * m + cluster) * c + channel] = from_float<T>(sum);
}

/// Sums of sixteen tokens, of sixteen of these sums, and so on: near ties between frames depend on
/// the order.
template <class T>
__global__ void __launch_bounds__(kThreads)
    mean_token_kernel(Pointer<const T> x, Pointer<T> out, int n, int c) {
    constexpr int kAtOnce = 16;
    const int channel = static_cast<int>(blockIdx.x) * kThreads + static_cast<int>(threadIdx.x);
    if (channel >= c) return;
    float first = 0, second = 0, third = 0, fourth = 0;
    for (int i = 0; i < n; ++i) {
        first = __fadd_rn(first, to_float(x[std::int64_t{i} * c + channel]));
        const int done = i + 1;
        if (done % kAtOnce != 0) continue;
        second = __fadd_rn(second, first), first = 0;
        if (done % (kAtOnce * kAtOnce) != 0) continue;
        third = __fadd_rn(third, second), second = 0;
        if (done % (kAtOnce * kAtOnce * kAtOnce) != 0) continue;
        fourth = __fadd_rn(fourth, third), third = 0;
    }
    const float sum = __fadd_rn(__fadd_rn(__fadd_rn(first, second), third), fourth);
    out[channel] = from_float<T>(sum / static_cast<float>(n));
}

}  // namespace

template <class T>
void launch_merge(const T* x, const std::int64_t* idx_cluster, T* out, int b, int n, int c, int m,
                  cudaStream_t stream) {
    launch(merge_kernel<T>, "merge", dim3(ceil_div(c, kThreads), m, b), dim3(kThreads), 0, stream,
           x, idx_cluster, out, n, c, m);
}

template <class T>
void launch_mean_token(const T* x, T* out, int n, int c, cudaStream_t stream) {
    launch(mean_token_kernel<T>, "mean token", dim3(ceil_div(c, kThreads)), dim3(kThreads), 0,
           stream, x, out, n, c);
}

#define UNIVI_FOR(T)                                                                  \
    template void launch_merge(const T*, const std::int64_t*, T*, int, int, int, int, \
                               cudaStream_t);                                         \
    template void launch_mean_token(const T*, T*, int, int, cudaStream_t);
UNIVI_FOR(float)
UNIVI_FOR(__half)
UNIVI_FOR(__nv_bfloat16)
#undef UNIVI_FOR

}  // namespace univi::model::cuda
