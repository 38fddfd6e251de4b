#pragma once

#include <cuda_runtime_api.h>

namespace univi::model::cuda {

// What a decoder layer does between its products. T is float, __half or __nv_bfloat16; computed in
// fp32 and rounded where LibTorch's operators would round. Contiguous device memory; asynchronous
// on `stream`.

/// x [rows,size] += added [rows,size], unless that is null; then out = x / rms(x) * weight [size]
/// (model::rms_norm).
template <class T>
void launch_add_rms_norm(T* x, const T* added, const T* weight, T* out, int rows, int size,
                         float eps, cudaStream_t stream);

/// out = silu(gate) * up, each [size].
template <class T>
void launch_swiglu(const T* gate, const T* up, T* out, int size, cudaStream_t stream);

/// What one position hands to attention: query [heads,dim], keys and values [kv_heads,dim].
template <class T>
struct RotaryHeads {
    const T *query, *keys, *values;
    int heads, kv_heads, dim;
};
/// A layer's cache, each [kv_heads,capacity,dim].
template <class T>
struct LayerCache {
    T *keys, *values;
    int capacity;
};
/// Rotates query and keys by the angles of the position that the device's memory `position` holds;
/// cosines and sines [capacity,dim] fp32, both halves alike. The rotated query goes to `out`
/// [heads,dim], keys and values into the cache at that position. Nothing is written when the
/// position is not in the cache.
template <class T>
void launch_rotary_to_cache(const RotaryHeads<T>& from, const float* cosines, const float* sines,
                            const int* position, T* out, const LayerCache<T>& cache,
                            cudaStream_t stream);

}  // namespace univi::model::cuda
