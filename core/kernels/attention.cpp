#include "core/kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/kernels/half.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/row_products.h"
#include "core/kernels/split_vectors.h"
#include "core/kernels/worker_threads.h"

namespace univi::kernels {
namespace {

MatrixView head_of(const HeldPositions& held, const void* all, const float* scales,
                   std::int64_t head) {
    const std::int64_t first = head * held.capacity;
    return {held.format, held.length, held.dim,
            static_cast<const std::uint8_t*>(all) + row_bytes(held.format, first * held.dim),
            scales ? scales + first : nullptr};
}

/// Up to kMostVectors heads that share keys and values: query [count, dim], weights
/// [count, length], out [count, dim].
void attend_heads(const MatrixView& keys, const MatrixView& values, const float* query, int count,
                  float* weights, float* out) {
    const KernelTable& kernels = kernel_table();
    const std::int64_t length = keys.rows, dim = keys.columns;
    Vectors vectors{query, dim, count, weights, length};
    std::optional<SplitVectors> split;
    if (keys.format == MatrixFormat::BF16 && kernels.splits_bf16)
        vectors.split = &split.emplace(query, dim, count, dim);
    multiply_rows(keys, vectors, 0, length);
    const float scale = 1 / std::sqrt(static_cast<float>(dim));
    for (std::int64_t i = 0; i < count * length; ++i) weights[i] *= scale;
    for (int head = 0; head < count; ++head) kernels.loops.softmax(weights + head * length, length);
    kernels.row_sum[static_cast<int>(values.format)](values, {weights, length, count, out, dim});
}

/// The heads that share key/value head `kv`.
void attend_group(const HeldPositions& held, const float* query, std::int64_t kv,
                  std::int64_t group, float* weights, float* out) {
    const MatrixView keys = head_of(held, held.keys, held.key_scales, kv),
                     values = head_of(held, held.values, held.value_scales, kv);
    for (std::int64_t first = kv * group; first < (kv + 1) * group; first += kMostVectors) {
        const std::int64_t count = std::min<std::int64_t>(kMostVectors, (kv + 1) * group - first);
        attend_heads(keys, values, query + first * held.dim, static_cast<int>(count),
                     weights + first * held.length, out + first * held.dim);
    }
}

}  // namespace

void attend_one(const HeldPositions& held, const float* query, std::int64_t heads, float* weights,
                float* out) {
    const std::int64_t group = heads / held.kv_heads;
    WorkerThreads::shared().run(held.kv_heads, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t kv = begin; kv < end; ++kv)
            attend_group(held, query, kv, group, weights, out);
    });
}

float store_as(MatrixFormat format, const float* values, std::int64_t size, void* out) {
    if (format == MatrixFormat::F32) {
        std::copy(values, values + size, static_cast<float*>(out));
        return 1;
    }
    if (format == MatrixFormat::Int8) {
        std::int32_t sum = 0;
        return kernel_table().loops.to_int8(values, size, static_cast<std::int8_t*>(out), &sum);
    }
    auto* bits = static_cast<std::uint16_t*>(out);
    for (std::int64_t i = 0; i < size; ++i)
        bits[i] = format == MatrixFormat::F16 ? float_to_half(values[i]) : float_to_bf16(values[i]);
    return 1;
}

}  // namespace univi::kernels
