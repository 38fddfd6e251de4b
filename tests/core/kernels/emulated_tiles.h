#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

namespace univi::kernels::test {

/// AMX's tiles in plain C++: what core/kernels/int8_tiles.inc asks of `Tiles`, by the rules of
/// Intel's manual (palette 1). Throws std::logic_error where a processor would raise a fault: for
/// tiles that are not configured or too large, and for operands that do not fit.
class EmulatedTiles {
  public:
    /// Config: 64 bytes, as LDTILECFG reads them.
    template <typename Config>
    static void configure(const Config* config) {
        static_assert(sizeof(Config) == sizeof(Shapes));
        Shapes shapes;
        std::memcpy(&shapes, config, sizeof(shapes));
        check(shapes);
        if (!shapes_) ++configured_threads;
        shapes_ = shapes;
        std::memset(tiles_, 0, sizeof(tiles_));
    }
    static void release() {
        if (shapes_) --configured_threads;
        shapes_.reset();
    }
    template <int kTile>
    static void zero() {
        rows_of(kTile);
        std::memset(tiles_[kTile], 0, sizeof(tiles_[kTile]));
    }
    template <int kTile>
    static void load(const void* from, std::int64_t stride) {
        zero<kTile>();
        for (int row = 0; row < rows_of(kTile); ++row)
            std::memcpy(tiles_[kTile][row], static_cast<const char*>(from) + row * stride,
                        bytes_of(kTile));
    }
    template <int kTile>
    static void store(void* to, std::int64_t stride) {
        for (int row = 0; row < rows_of(kTile); ++row)
            std::memcpy(static_cast<char*>(to) + row * stride, tiles_[kTile][row], bytes_of(kTile));
    }
    /// TDPBSUD: bytes of kLeft are signed, of kRight unsigned.
    template <int kSums, int kLeft, int kRight>
    static void add_products() {
        static_assert(kSums != kLeft && kSums != kRight && kLeft != kRight);
        require(rows_of(kLeft) == rows_of(kSums) && bytes_of(kRight) == bytes_of(kSums) &&
                    bytes_of(kLeft) == 4 * std::size_t(rows_of(kRight)) && bytes_of(kSums) % 4 == 0,
                "operands of different sizes");
        for (int row = 0; row < rows_of(kSums); ++row)
            for (int column = 0; column < int(bytes_of(kSums)) / 4; ++column)
                add_dot(tiles_[kSums][row] + 4 * column, tiles_[kLeft][row],
                        tiles_[kRight][0] + 4 * column, rows_of(kRight));
    }

    /// Threads whose tiles are not released.
    static inline std::atomic<int> configured_threads{0};

  private:
    static constexpr int kTiles = 8, kMostRows = 16, kMostBytes = 64;

    struct Shapes {
        std::uint8_t palette, start_row, reserved[14];
        std::uint16_t row_bytes[16];
        std::uint8_t rows[16];
    };

    static void require(bool holds, const char* what) {
        if (!holds) throw std::logic_error(std::string("tiles: ") + what);
    }
    static void check(const Shapes& shapes) {
        require(shapes.palette == 1, "only palette 1 is known");
        require(shapes.start_row == 0, "a start row");
        for (const std::uint8_t each : shapes.reserved) require(each == 0, "reserved bytes");
        for (int tile = 0; tile < 16; ++tile) {
            const int rows = shapes.rows[tile], bytes = shapes.row_bytes[tile];
            require(rows <= kMostRows && bytes <= kMostBytes, "too large");
            require(tile < kTiles || (rows == 0 && bytes == 0), "more than eight");
            require((rows == 0) == (bytes == 0), "half a size");
        }
    }
    static int rows_of(int tile) {
        require(shapes_ && shapes_->rows[tile] > 0, "not configured in this thread");
        return shapes_->rows[tile];
    }
    static std::size_t bytes_of(int tile) { return shapes_->row_bytes[tile]; }

    /// sum += a row of the left tile times a column of groups of the right one.
    static void add_dot(std::uint8_t* sum, const std::uint8_t* left, const std::uint8_t* right,
                        int groups) {
        std::uint32_t all;
        std::memcpy(&all, sum, sizeof(all));
        for (int group = 0; group < groups; ++group)
            for (int i = 0; i < 4; ++i)
                all += static_cast<std::uint32_t>(static_cast<std::int8_t>(left[4 * group + i]) *
                                                  int{right[group * kMostBytes + i]});
        std::memcpy(sum, &all, sizeof(all));
    }

    static inline thread_local std::optional<Shapes> shapes_;
    static inline thread_local std::uint8_t tiles_[kTiles][kMostRows][kMostBytes];
};

}  // namespace univi::kernels::test
