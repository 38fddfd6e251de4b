#pragma once

#include <cstdint>

#include "core/kernels/matrix_view.h"

namespace univi::kernels {

/// Keys and values of one layer: for each key/value head a matrix [length, dim] of any format but
/// Int4, `capacity` positions from one head to the next.
struct HeldPositions {
    MatrixFormat format = MatrixFormat::F32;
    const void* keys = nullptr;
    const void* values = nullptr;
    std::int64_t length = 0, dim = 0, capacity = 0, kv_heads = 0;
    /// Int8: [kv_heads, capacity] what a code of the position stands for; else null
    const float* key_scales = nullptr;
    const float* value_scales = nullptr;
};

/// Attention of one position over all held ones: query [heads, dim] -> out [heads, dim]. Each group
/// of heads / kv_heads neighbours shares keys and values. weights [heads, length] receives what
/// each head pays to each position (sums to 1). Shared out over the process's worker threads by
/// head.
void attend_one(const HeldPositions& held, const float* query, std::int64_t heads, float* weights,
                float* out);

/// Writes fp32 values in any format but Int4. Returns what a code of Int8 stands for, else 1.
float store_as(MatrixFormat format, const float* values, std::int64_t size, void* out);

}  // namespace univi::kernels
