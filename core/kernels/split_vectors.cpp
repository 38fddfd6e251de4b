#include "core/kernels/split_vectors.h"

#include <algorithm>

namespace univi::kernels {

SplitVectors::SplitVectors(const float* x, std::int64_t stride, int count, std::int64_t columns)
    : columns_(columns), values_(static_cast<std::size_t>(count * columns)) {
    constexpr std::int64_t kHalf = kSplitBlock / 2;
    for (int vector = 0; vector < count; ++vector, x += stride) {
        float* to = values_.data() + vector * columns;
        std::int64_t block = 0;
        for (; block + kSplitBlock <= columns; block += kSplitBlock)
            for (std::int64_t i = 0; i < kHalf; ++i) {
                to[block + i] = x[block + 2 * i];
                to[block + kHalf + i] = x[block + 2 * i + 1];
            }
        std::copy(x + block, x + columns, to + block);
    }
}

}  // namespace univi::kernels
