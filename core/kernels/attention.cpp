#include "core/kernels/attention.h"

#include <algorithm>
#include <cmath>

#include "core/kernels/half.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/row_products.h"
#include "core/kernels/worker_threads.h"

namespace univi::kernels {
namespace {

MatrixView head_of(const HeldPositions& held, const void* all, std::int64_t head) {
    const std::int64_t bytes = row_bytes(held.format, held.head_stride);
    return {held.format, held.length, held.dim,
            static_cast<const std::uint8_t*>(all) + head * bytes, nullptr};
}

/// The heads that share key/value head `kv`.
void attend_group(const HeldPositions& held, const float* query, std::int64_t kv,
                  std::int64_t group, float* weights, float* out) {
    const KernelTable& kernels = kernel_table();
    const float scale = 1 / std::sqrt(static_cast<float>(held.dim));
    const MatrixView keys = head_of(held, held.keys, kv), values = head_of(held, held.values, kv);
    for (std::int64_t first = kv * group; first < (kv + 1) * group; first += kMostVectors) {
        const std::int64_t count = std::min<std::int64_t>(kMostVectors, (kv + 1) * group - first);
        float* scores = weights + first * held.length;
        multiply_rows(keys,
                      {query + first * held.dim, held.dim, static_cast<int>(count), scores,
                       held.length, nullptr},
                      0, held.length);
        for (std::int64_t i = 0; i < count * held.length; ++i) scores[i] *= scale;
        for (std::int64_t head = 0; head < count; ++head) {
            kernels.loops.softmax(scores + head * held.length, held.length);
            kernels.row_sum[static_cast<int>(held.format)](values, scores + head * held.length,
                                                           out + (first + head) * held.dim);
        }
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

void store_as(MatrixFormat format, const float* values, std::int64_t size, void* out) {
    if (format == MatrixFormat::F32) {
        std::copy(values, values + size, static_cast<float*>(out));
        return;
    }
    auto* bits = static_cast<std::uint16_t*>(out);
    for (std::int64_t i = 0; i < size; ++i)
        bits[i] = format == MatrixFormat::F16 ? float_to_half(values[i]) : float_to_bf16(values[i]);
}

}  // namespace univi::kernels
