#include "core/kernels/int8_blocks.h"

#include <algorithm>

#include "core/kernels/kernel_table.h"

namespace univi::kernels {
namespace {

/// Fewer rows are multiplied one by one.
constexpr std::int64_t kLeastRows = 12;

}  // namespace

Int8Blocks::Int8Blocks(const Int8RowsView& rows)
    : count_(kernel_table().pack_int8_block && rows.count >= kLeastRows
                 ? (rows.count + kInt8Lanes - 1) / kInt8Lanes
                 : 0),
      scales_(static_cast<std::size_t>(count_ * rows.spans * kInt8Lanes)) {
    if (count_ > 0)
        lines_ = std::make_unique_for_overwrite<Line[]>(
            static_cast<std::size_t>(count_ * rows.width * kInt8Lanes / kInt8Block));
}

void Int8Blocks::take(const Int8RowsView& rows, std::int64_t block) {
    const std::int64_t first = block * kInt8Lanes, count = std::min(kInt8Lanes, rows.count - first);
    kernel_table().pack_int8_block(rows.codes(first), rows.width, count,
                                   lines_[0].codes + block * rows.width * kInt8Lanes);
    float* scales = scales_.data() + block * rows.spans * kInt8Lanes;
    for (std::int64_t row = 0; row < count; ++row)
        for (std::int64_t span = 0; span < rows.spans; ++span)
            scales[span * kInt8Lanes + row] = rows.scales(first + row)[span];
}

}  // namespace univi::kernels
