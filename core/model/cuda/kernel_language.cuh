#pragma once

// What kernels are written in. nvcc sees CUDA; for tests g++ compiles the same sources for the CPU
// (tests/support/cuda_on_cpu): there each thread is a fibre, and every access to memory is checked
// for bounds, for values that nobody wrote, and for races.

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <cstdint>
#include <tuple>

namespace univi::model::cuda {

#ifdef UNIVI_CUDA_ON_CPU

/// A pointer to memory that kernels touch.
template <class T>
using Pointer = cuda_on_cpu::CheckedPointer<T>;

#define UNIVI_UNROLL
#define UNIVI_UNROLL_STEPS(steps)
/// Declares a Pointer `name` to `count` elements that the threads of a block share.
#define UNIVI_SHARED(type, name, count)                                                          \
    static const char name##_key = 0;                                                            \
    const ::univi::model::cuda::Pointer<type> name = ::univi::cuda_on_cpu::shared_pointer<type>( \
        ::univi::cuda_on_cpu::shared_array(&name##_key, #name, count, sizeof(type)))
/// The same of the memory that the launch asks for.
#define UNIVI_DYNAMIC_SHARED(type, name)                                                         \
    const ::univi::model::cuda::Pointer<type> name = ::univi::cuda_on_cpu::shared_pointer<type>( \
        ::univi::cuda_on_cpu::dynamic_shared_array(#name, sizeof(type)))

template <class Pack, class T>
Pack load_pack(Pointer<T> at) {
    return at.template load<Pack>();
}
template <class Pack, class T>
void store_pack(Pointer<T> at, const Pack& pack) {
    at.store(pack);
}

template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), const char* name, dim3 grid, dim3 block,
            std::size_t shared_bytes, cudaStream_t, const Arguments&... arguments) {
    cuda_on_cpu::current_place().kernel = name;
    cuda_on_cpu::run_kernel({name, grid, block, shared_bytes},
                            [&, ... own = Parameters(arguments)] { kernel(own...); });
}

#else

template <class T>
using Pointer = T*;

#define UNIVI_PRAGMA(text) _Pragma(#text)
#define UNIVI_UNROLL _Pragma("unroll")
/// So many steps of a loop at once: their loads are on the way together.
#define UNIVI_UNROLL_STEPS(steps) UNIVI_PRAGMA(unroll steps)
#define UNIVI_SHARED(type, name, count) __shared__ type name[count]
#define UNIVI_DYNAMIC_SHARED(type, name)                          \
    extern __shared__ __align__(16) unsigned char name##_bytes[]; \
    type* const name = reinterpret_cast<type*>(name##_bytes)

/// Several elements at once, at an address that is a multiple of their size.
template <class Pack, class T>
__device__ __forceinline__ Pack load_pack(const T* at) {
    return *reinterpret_cast<const Pack*>(at);
}
template <class Pack, class T>
__device__ __forceinline__ void store_pack(T* at, const Pack& pack) {
    *reinterpret_cast<Pack*>(at) = pack;
}

/// Puts a kernel on a stream. `name` is for reports; arguments become the kernel's parameters. What
/// goes wrong is cudaGetLastError()'s.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), const char*, dim3 grid, dim3 block,
            std::size_t shared_bytes, cudaStream_t stream, const Arguments&... arguments) {
    std::tuple<Parameters...> values(static_cast<Parameters>(arguments)...);
    std::apply(
        [&](auto&... each) {
            void* places[] = {&each...};
            cudaLaunchKernel(reinterpret_cast<const void*>(kernel), grid, block, places,
                             shared_bytes, stream);
        },
        values);
}

#endif

/// As many elements as one load or store takes.
template <class T, int Size>
struct alignas(sizeof(T) * Size) Pack {
    T at[Size];
};

__device__ __forceinline__ float to_float(float value) {
    return value;
}
__device__ __forceinline__ float to_float(__half value) {
    return __half2float(value);
}
__device__ __forceinline__ float to_float(__nv_bfloat16 value) {
    return __bfloat162float(value);
}

/// Rounded to the nearest, ties to even.
template <class T>
__device__ __forceinline__ T from_float(float value);
template <>
__device__ __forceinline__ float from_float<float>(float value) {
    return value;
}
template <>
__device__ __forceinline__ __half from_float<__half>(float value) {
    return __float2half_rn(value);
}
template <>
__device__ __forceinline__ __nv_bfloat16 from_float<__nv_bfloat16>(float value) {
    return __float2bfloat16_rn(value);
}

constexpr int kWarp = 32;
constexpr unsigned kAllLanes = 0xFFFFFFFFU;

/// The same in every lane: sums of lanes 16, 8, 4, 2 and 1 apart.
__device__ __forceinline__ float warp_sum(float value) {
    UNIVI_UNROLL
    for (int apart = kWarp / 2; apart > 0; apart /= 2)
        value += __shfl_xor_sync(kAllLanes, value, apart);
    return value;
}
__device__ __forceinline__ float warp_largest(float value) {
    UNIVI_UNROLL
    for (int apart = kWarp / 2; apart > 0; apart /= 2)
        value = fmaxf(value, __shfl_xor_sync(kAllLanes, value, apart));
    return value;
}

__host__ __device__ constexpr int ceil_div(int a, int b) {
    return (a + b - 1) / b;
}

}  // namespace univi::model::cuda
