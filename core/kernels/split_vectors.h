#pragma once

#include <cstdint>
#include <vector>

namespace univi::kernels {

/// Vectors whose even and odd elements lie apart, as products with bf16 rows take them: a 32-bit
/// word of such a row holds two neighbours, and a shift or a mask makes either of them fp32. Of
/// each kSplitBlock elements the even ones come first; elements after the last whole block keep
/// their places.
class SplitVectors {
  public:
    static constexpr std::int64_t kSplitBlock = 32;

    /// x: `count` vectors of `columns` values, `stride` apart.
    SplitVectors(const float* x, std::int64_t stride, int count, std::int64_t columns);

    /// [columns]
    const float* of(int vector) const { return values_.data() + vector * columns_; }

  private:
    std::int64_t columns_;
    std::vector<float> values_;
};

}  // namespace univi::kernels
