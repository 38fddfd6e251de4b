#pragma once

// Found in place of the CUDA toolkit's header where kernels are compiled for the CPU: what of
// CUDA's language our kernels are written in, as C++. core/model/cuda/kernel_language.cuh sees
// UNIVI_CUDA_ON_CPU and takes checked pointers.
#define UNIVI_CUDA_ON_CPU 1

#include <bit>
#include <cmath>
#include <cstdint>

#include "tests/support/cuda_on_cpu/checked_pointer.h"
#include "tests/support/cuda_on_cpu/cuda_runtime_api.h"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)

using dim3 = univi::cuda_on_cpu::Extent;

inline const dim3 &threadIdx = univi::cuda_on_cpu::indices.thread_index,
                  &blockIdx = univi::cuda_on_cpu::indices.block_index,
                  &blockDim = univi::cuda_on_cpu::indices.block_size,
                  &gridDim = univi::cuda_on_cpu::indices.grid_size;

inline void __syncthreads(
    const univi::cuda_on_cpu::SourcePlace& where = univi::cuda_on_cpu::SourcePlace::current()) {
    univi::cuda_on_cpu::wait_for_block(where);
}
inline void __syncwarp(unsigned mask = ~0U, const univi::cuda_on_cpu::SourcePlace& where =
                                                univi::cuda_on_cpu::SourcePlace::current()) {
    univi::cuda_on_cpu::wait_for_warp(mask, where);
}

template <class T>
T __shfl_sync(
    unsigned mask, T value, int lane,
    const univi::cuda_on_cpu::SourcePlace& where = univi::cuda_on_cpu::SourcePlace::current()) {
    static_assert(sizeof(T) <= sizeof(std::uint64_t));
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    bits = univi::cuda_on_cpu::exchange_in_warp(mask, bits, lane, where);
    std::memcpy(&value, &bits, sizeof(T));
    return value;
}
template <class T>
T __shfl_xor_sync(
    unsigned mask, T value, int lanes,
    const univi::cuda_on_cpu::SourcePlace& where = univi::cuda_on_cpu::SourcePlace::current()) {
    return __shfl_sync(mask, value, (univi::cuda_on_cpu::current_place().thread % 32) ^ lanes,
                       where);
}

template <class T>
T atomicMax(univi::cuda_on_cpu::CheckedPointer<T> at, T value) {
    return at.update([&](T before) { return before < value ? value : before; });
}
template <class T>
T atomicAdd(univi::cuda_on_cpu::CheckedPointer<T> at, T value) {
    return at.update([&](T before) { return before + value; });
}

template <class T>
T __ldg(univi::cuda_on_cpu::CheckedPointer<const T> at) {
    return *at;
}

inline float __fmul_rn(float a, float b) {
    return a * b;
}
inline float __fadd_rn(float a, float b) {
    return a + b;
}
inline float rsqrtf(float x) {
    return 1 / std::sqrt(x);
}
inline float __int_as_float(int bits) {
    return std::bit_cast<float>(bits);
}
inline int __float_as_int(float value) {
    return std::bit_cast<int>(value);
}
inline unsigned __float_as_uint(float value) {
    return std::bit_cast<unsigned>(value);
}
inline float __uint_as_float(unsigned bits) {
    return std::bit_cast<float>(bits);
}
/// Four of the eight bytes of b:a, as the four-bit places of `selector` say.
inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
    const std::uint64_t bytes = std::uint64_t{b} << 32 | a;
    unsigned result = 0;
    for (unsigned i = 0; i < 4; ++i)
        result |= static_cast<unsigned>(bytes >> 8 * (selector >> 4 * i & 7) & 255) << 8 * i;
    return result;
}
