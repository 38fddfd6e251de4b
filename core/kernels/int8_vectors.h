#pragma once

#include <cstdint>
#include <vector>

#include "core/kernels/matrix_view.h"

namespace univi::kernels {

/// Vectors in 8 bits, a scale for each kInt4Group values, as products with 4-bit matrices take
/// them. Rounding moves a value by at most 1/254 of the largest of its group. A vector is padded
/// with zeros to a multiple of kBlock values.
class Int8Vectors {
  public:
    static constexpr std::int64_t kGroupsInBlock = 16, kBlock = kGroupsInBlock * kInt4Group;
    /// Groups whose halves lie beside each other: 4 times 16 low values, then 4 times 16 high ones.
    static constexpr std::int64_t kGroupsInQuad = 4, kQuad = kGroupsInQuad * kInt4Group;

    /// Where a group's low half begins among the codes; its high half lies kQuad / 2 behind.
    static constexpr std::int64_t place(std::int64_t group) {
        return group / kGroupsInQuad * kQuad + group % kGroupsInQuad * (kInt4Group / 2);
    }

    /// x: `count` vectors of `columns` values, `stride` apart. columns: a multiple of kInt4Group.
    Int8Vectors(const float* x, std::int64_t stride, int count, std::int64_t columns);

    /// [blocks * kBlock] codes -127..127 in the order of quads.
    const std::int8_t* codes(int vector) const { return codes_.data() + vector * blocks_ * kBlock; }
    /// [blocks * kGroupsInBlock] what a code of the group stands for.
    const float* scales(int vector) const {
        return scales_.data() + vector * blocks_ * kGroupsInBlock;
    }
    /// [blocks * kGroupsInBlock] -8 * scale * sum of the group's codes: what 4-bit codes from 0 to
    /// 15 say too much.
    const float* offsets(int vector) const {
        return offsets_.data() + vector * blocks_ * kGroupsInBlock;
    }

  private:
    void take(const float* x, int vector, std::int64_t columns);

    std::int64_t blocks_;
    std::vector<std::int8_t> codes_;
    std::vector<float> scales_, offsets_;
};

}  // namespace univi::kernels
