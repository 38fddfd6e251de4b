#include "core/model/cuda/product_kernels.cuh"

#include "core/model/cuda/kernel_language.cuh"

namespace univi::model::cuda {
namespace {

constexpr int kThreads = 128, kWarps = kThreads / kWarp;
/// Rows that a warp multiplies at once, with what it has read of the vectors.
constexpr int kRows = 2;
/// A lane reads eight bytes of a row at a time, a warp 256 in a row; values that these hold stand
/// for one or two runs of eight neighbouring columns.
constexpr int kPlaceBytes = 8, kRun = 8;
using Words = Pack<unsigned, 2>;

/// Four bytes as floats, less `offset`. 2^23 + byte is a float whose low bits are the byte: exact,
/// and faster than a conversion.
__device__ __forceinline__ void widen_bytes(unsigned bytes, int offset, float* out) {
    UNIVI_UNROLL
    for (int i = 0; i < 4; ++i)
        out[i] = __uint_as_float(__byte_perm(bytes, 0x4B000000U, 0x7440U + i)) -
                 static_cast<float>(8388608 + offset);
}

struct Int8Rows {
    using Code = std::int8_t;
    using Scale = float;
    static constexpr int kRuns = 1;

    static __device__ __forceinline__ int row_bytes(int columns) { return columns; }
    static __device__ __forceinline__ int first_column(int place, int) { return place * kRun; }
    static __device__ __forceinline__ void widen(const Words& words, int, float* out) {
        widen_bytes(words.at[0] ^ 0x80808080U, 128, out);
        widen_bytes(words.at[1] ^ 0x80808080U, 128, out + 4);
    }
    /// Of the values at one place; a row's scale is applied at the end.
    static __device__ __forceinline__ float place_scale(Pointer<const Scale>, int, int, int) {
        return 1;
    }
    static __device__ __forceinline__ float row_scale(Pointer<const Scale> scales, int row) {
        return scales[row];
    }
};

struct Int4Rows {
    using Code = std::uint8_t;
    using Scale = __half;
    static constexpr int kRuns = 2, kGroup = 32;

    static __device__ __forceinline__ int row_bytes(int columns) { return columns / 2; }
    /// Two places are a group: low bits hold its first half, high ones its second.
    static __device__ __forceinline__ int first_column(int place, int run) {
        return place / 2 * kGroup + place % 2 * kRun + run * kGroup / 2;
    }
    static __device__ __forceinline__ void widen(const Words& words, int run, float* out) {
        widen_bytes(words.at[0] >> 4 * run & 0x0F0F0F0FU, 8, out);
        widen_bytes(words.at[1] >> 4 * run & 0x0F0F0F0FU, 8, out + 4);
    }
    static __device__ __forceinline__ float place_scale(Pointer<const Scale> scales, int row,
                                                        int columns, int place) {
        return __half2float(
            scales[static_cast<std::int64_t>(row) * (columns / kGroup) + place / 2]);
    }
    static __device__ __forceinline__ float row_scale(Pointer<const Scale>, int) { return 1; }
};

/// Eight values of a vector.
template <class T>
__device__ __forceinline__ void load_run(Pointer<const T> x, float* out) {
    constexpr int kAtOnce = 16 / sizeof(T) < kRun ? 16 / sizeof(T) : kRun;
    UNIVI_UNROLL
    for (int i = 0; i < kRun; i += kAtOnce) {
        const auto pack = load_pack<Pack<T, kAtOnce>>(x + i);
        UNIVI_UNROLL
        for (int j = 0; j < kAtOnce; ++j) out[i + j] = to_float(pack.at[j]);
    }
}

/// What a warp multiplies: kRows rows from `first` on; beyond the last row the last one again.
template <class Rows, class T>
struct Task {
    Pointer<const typename Rows::Code> codes;
    Pointer<const typename Rows::Scale> scales;
    Pointer<const T> x;
    int first, rows, columns, count;

    __device__ int row(int r) const { return first + r < rows ? first + r : rows - 1; }
    __device__ Words words(int r, int place) const {
        return load_pack<Words>(
            codes +
            (static_cast<std::int64_t>(row(r)) * Rows::row_bytes(columns) + place * kPlaceBytes));
    }
    /// Beyond the last vector the last one again.
    __device__ void load(int v, int place, int run, float* values) const {
        const std::int64_t vector = v < count ? v : count - 1;
        load_run<T>(x + (vector * columns + Rows::first_column(place, run)), values);
    }
};

/// Adds what one place of the rows gives with each vector.
template <class Rows, class T, int Vectors>
__device__ __forceinline__ void add_place(const Task<Rows, T>& task, int place,
                                          float (&sums)[kRows][Vectors]) {
    Words words[kRows];
    float parts[kRows][Vectors] = {};
    UNIVI_UNROLL
    for (int r = 0; r < kRows; ++r) words[r] = task.words(r, place);
    UNIVI_UNROLL
    for (int run = 0; run < Rows::kRuns; ++run) {
        float weights[kRows][kRun], values[kRun];
        UNIVI_UNROLL
        for (int r = 0; r < kRows; ++r) Rows::widen(words[r], run, weights[r]);
        UNIVI_UNROLL
        for (int v = 0; v < Vectors; ++v) {
            task.load(v, place, run, values);
            UNIVI_UNROLL
            for (int i = 0; i < kRows * kRun; ++i)
                parts[i / kRun][v] =
                    fmaf(weights[i / kRun][i % kRun], values[i % kRun], parts[i / kRun][v]);
        }
    }
    UNIVI_UNROLL
    for (int r = 0; r < kRows; ++r) {
        const float scale = Rows::place_scale(task.scales, task.row(r), task.columns, place);
        UNIVI_UNROLL
        for (int v = 0; v < Vectors; ++v) sums[r][v] = fmaf(scale, parts[r][v], sums[r][v]);
    }
}

template <class Rows, class T, int Vectors>
__global__ void __launch_bounds__(kThreads)
    product_kernel(Pointer<const typename Rows::Code> codes,
                   Pointer<const typename Rows::Scale> scales, Pointer<const T> x, Pointer<T> out,
                   int rows, int columns, int count) {
    const int thread = static_cast<int>(threadIdx.x), lane = thread % kWarp;
    const int first = (static_cast<int>(blockIdx.x) * kWarps + thread / kWarp) * kRows;
    if (first >= rows) return;
    const Task<Rows, T> task{codes, scales, x, first, rows, columns, count};
    const int places = Rows::row_bytes(columns) / kPlaceBytes;
    float sums[kRows][Vectors] = {};
    UNIVI_UNROLL_STEPS((Vectors == 1 ? 4 : 1))
    for (int place = lane; place < places; place += kWarp)
        add_place<Rows, T, Vectors>(task, place, sums);
    UNIVI_UNROLL
    for (int i = 0; i < kRows * Vectors; ++i) {
        const int r = i / Vectors, v = i % Vectors;
        const float sum = warp_sum(sums[r][v]);
        if (lane == 0 && v < count && first + r < rows)
            out[static_cast<std::int64_t>(v) * rows + first + r] =
                from_float<T>(sum * Rows::row_scale(scales, first + r));
    }
}

/// The kernel for as few vectors as will do.
template <class Rows, class T>
void launch_product(const typename Rows::Code* codes, const typename Rows::Scale* scales,
                    const T* x, T* out, int rows, int columns, int count, cudaStream_t stream) {
    auto* kernel = product_kernel<Rows, T, kMostVectors>;
    if (count <= 1)
        kernel = product_kernel<Rows, T, 1>;
    else if (count <= 4)
        kernel = product_kernel<Rows, T, 4>;
    launch(kernel, "quantized product", dim3(ceil_div(rows, kWarps * kRows)), dim3(kThreads), 0,
           stream, codes, scales, x, out, rows, columns, count);
}

}  // namespace

template <class T>
void launch_int8_product(const std::int8_t* codes, const float* scales, const T* x, T* out,
                         int rows, int columns, int count, cudaStream_t stream) {
    launch_product<Int8Rows, T>(codes, scales, x, out, rows, columns, count, stream);
}

template <class T>
void launch_int4_product(const std::uint8_t* codes, const __half* scales, const T* x, T* out,
                         int rows, int columns, int count, cudaStream_t stream) {
    launch_product<Int4Rows, T>(codes, scales, x, out, rows, columns, count, stream);
}

#define UNIVI_FOR(T)                                                                              \
    template void launch_int8_product(const std::int8_t*, const float*, const T*, T*, int, int,   \
                                      int, cudaStream_t);                                         \
    template void launch_int4_product(const std::uint8_t*, const __half*, const T*, T*, int, int, \
                                      int, cudaStream_t);
UNIVI_FOR(float)
UNIVI_FOR(__half)
UNIVI_FOR(__nv_bfloat16)
#undef UNIVI_FOR

}  // namespace univi::model::cuda
