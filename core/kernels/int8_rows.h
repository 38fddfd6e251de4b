#pragma once

#include <cstdint>
#include <vector>

#include "core/kernels/int8_blocks.h"
#include "core/kernels/int8_panel.h"

namespace univi::kernels {

/// Many rows of fp32 values in 8 bits, as products with matrices in 8 bits take them. Each
/// kInt8Span values of a row share a scale: rounding moves a value by at most 1/254 of the largest
/// of its span. Outliers, values that are large beside the row's mean, stand apart in fp32: beside
/// them 8 bits would leave little of the others (LLM.int8(), arXiv 2208.07339). What becomes of a
/// row depends on that row alone.
class Int8Rows {
  public:
    /// x: `count` rows of `columns` values, `stride` apart. Shared out over the worker threads.
    Int8Rows(const float* x, std::int64_t stride, std::int64_t count, std::int64_t columns);

    std::int64_t count() const { return count_; }
    /// Borrows this object's memory.
    Int8RowsView view() const {
        Int8RowsView all = rows_alone();
        all.blocks = blocks_.view();
        return all;
    }
    const std::vector<Int8Outlier>& outliers(std::int64_t row) const {
        return outliers_[static_cast<std::size_t>(row)];
    }
    /// Every column in which a row has an outlier, ascending, or all columns where many have: what
    /// Int8Outlier::place counts.
    const std::vector<std::int64_t>& columns_apart() const { return columns_apart_; }

  private:
    Int8RowsView rows_alone() const {
        return {codes_.data() + start_, scales_.data(), sums_.data(), count_, width_, spans_, {}};
    }
    void take_row(const float* x, std::int64_t row);
    void take_span_with_outliers(const float* x, std::int64_t row, std::int64_t span, float limit);
    void number_columns();
    void store_span(const float* values, std::int64_t size, std::int64_t row, std::int64_t span);

    std::int64_t count_, columns_, spans_, width_;
    std::vector<std::int8_t> codes_;
    std::int64_t start_;  ///< of the first whole cache line of codes_
    std::vector<float> scales_;
    std::vector<std::int32_t> sums_;
    Int8Blocks blocks_;
    std::vector<std::vector<Int8Outlier>> outliers_;
    std::vector<std::int64_t> columns_apart_;
};

}  // namespace univi::kernels
