#include "core/kernels/int8_vectors.h"

#include <algorithm>
#include <cmath>

namespace univi::kernels {

Int8Vectors::Int8Vectors(const float* x, std::int64_t stride, int count, std::int64_t columns)
    : blocks_((columns + kBlock - 1) / kBlock),
      codes_(static_cast<std::size_t>(count * blocks_ * kBlock)),
      scales_(static_cast<std::size_t>(count * blocks_ * kGroupsInBlock)),
      offsets_(scales_.size()) {
    for (int vector = 0; vector < count; ++vector) take(x + vector * stride, vector, columns);
}

void Int8Vectors::take(const float* x, int vector, std::int64_t columns) {
    constexpr std::int64_t kHalf = kInt4Group / 2;
    std::int8_t* codes = codes_.data() + vector * blocks_ * kBlock;
    for (std::int64_t group = 0; group < columns / kInt4Group; ++group) {
        const float* values = x + group * kInt4Group;
        float largest = 0;
        for (std::int64_t i = 0; i < kInt4Group; ++i)
            largest = std::max(largest, std::fabs(values[i]));
        const float scale = largest / 127, inverse = largest > 0 ? 127 / largest : 0;
        std::int8_t* low = codes + place(group);
        std::int8_t* high = low + kQuad / 2;
        std::int32_t sum = 0;
        for (std::int64_t i = 0; i < kHalf; ++i) {
            const auto a = static_cast<std::int32_t>(std::nearbyintf(values[i] * inverse));
            const auto b = static_cast<std::int32_t>(std::nearbyintf(values[i + kHalf] * inverse));
            low[i] = static_cast<std::int8_t>(a);
            high[i] = static_cast<std::int8_t>(b);
            sum += a + b;
        }
        const std::int64_t at = vector * blocks_ * kGroupsInBlock + group;
        scales_[at] = scale;
        offsets_[at] = -8 * scale * static_cast<float>(sum);
    }
}

}  // namespace univi::kernels
