#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/kernels/int8_panel.h"

namespace univi::kernels {

/// Rows in 8 bits, interleaved in blocks (Int8BlocksView), where the kernels of this processor take
/// them so and there are enough rows; else none.
class Int8Blocks {
  public:
    /// Room for the blocks of `rows`, whose codes need not be there yet.
    explicit Int8Blocks(const Int8RowsView& rows);

    std::int64_t count() const { return count_; }
    /// Makes one block of its rows, whose codes and scales are there now. Any thread, each block
    /// once.
    void take(const Int8RowsView& rows, std::int64_t block);
    /// Borrows this object's memory.
    Int8BlocksView view() const {
        return {count_ ? lines_[0].codes : nullptr, scales_.data(), count_};
    }

  private:
    struct alignas(64) Line {
        std::uint8_t codes[64];
    };

    std::int64_t count_;
    std::unique_ptr<Line[]> lines_;
    std::vector<float> scales_;
};

}  // namespace univi::kernels
