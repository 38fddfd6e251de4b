#pragma once

#include <cuda_runtime_api.h>

namespace univi::model::cuda {

/// Keys that one block takes of a head.
constexpr int kKeysAtOnce = 128;

/// Parts that the keys of a cache fall into.
constexpr int attention_parts(int capacity) {
    return (capacity + kKeysAtOnce - 1) / kKeysAtOnce;
}

/// One position's query over the keys up to its own, in device memory. T is float, __half or
/// __nv_bfloat16. Each group of heads / kv_heads neighbours shares keys and values.
template <class T>
struct AttendOne {
    const T* query;          ///< [heads,dim]
    const T *keys, *values;  ///< [kv_heads,capacity,dim]
    const int* position;     ///< number of the query's position: it sees position + 1 keys
    int heads, kv_heads, dim, capacity;
};

/// Memory that the passes hand each other, fp32.
struct AttendMemory {
    float* sums;     ///< [heads,parts,dim]
    float* extents;  ///< [heads,parts,2]: the largest score of a part, and its sum of exponentials
    /// [heads,capacity] scores, wanted by launch_attention_shares; else null
    float* scores;
};

/// Dims that the kernels take: up to 128 a multiple of 4, up to 256 a multiple of 8.
constexpr bool attends_dim(int dim) {
    return dim >= 4 && (dim <= 128 ? dim % 4 == 0 : dim <= 256 && dim % 8 == 0);
}

/// out [heads,dim] = softmax(query keys^T / sqrt(dim)) values, fp32 inside. Two passes: every part
/// of the keys for itself, then the parts in their order; blocks behind the last key do nothing, so
/// the launch is the same for every position.
template <class T>
void launch_attend_one(const AttendOne<T>& from, const AttendMemory& memory, T* out,
                       cudaStream_t stream);

/// sums [capacity] += what each key got of the last launch_attend_one, the mean over heads.
void launch_attention_shares(const AttendMemory& memory, const int* position, float* sums,
                             int heads, int capacity, cudaStream_t stream);

}  // namespace univi::model::cuda
