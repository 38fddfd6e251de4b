#include "core/kernels/distances.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/kernels/cluster_loops.h"
#include "core/kernels/worker_threads.h"

namespace univi::kernels {
namespace {

/// Tiles of one piece of work. Its rows stay in the second-level cache (64 tokens of 1024 channels
/// are 256 KiB) while the columns of one piece after the other pass by.
constexpr std::int64_t kRows = 16, kColumns = 4;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) {
    return (a + b - 1) / b;
}

/// Tokens as distance_tile reads them, filled up with zeros, whose differences are exact zeros.
class TokenTiles {
  public:
    TokenTiles(const TokenRows& tokens, float* values)
        : tokens_(tokens),
          tiles_(ceil_div(tokens.count, kTileTokens)),
          steps_(ceil_div(tokens.channels, kTileLanes)),
          values_(values) {
        WorkerThreads::shared().run(tiles_, kColumns, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t tile = begin; tile < end; ++tile) fill(tile);
        });
    }
    std::int64_t tiles() const { return tiles_; }
    std::int64_t steps() const { return steps_; }
    const float* tile(std::int64_t index) const { return values_ + index * tile_size(); }

  private:
    std::int64_t tile_size() const { return steps_ * kTileTokens * kTileLanes; }

    void fill(std::int64_t tile) {
        float* to = values_ + tile * tile_size();
        const std::int64_t first = tile * kTileTokens,
                           count = std::min(kTileTokens, tokens_.count - first),
                           whole = tokens_.channels / kTileLanes;
        if (count < kTileTokens || whole < steps_) std::fill_n(to, tile_size(), 0.0F);
        for (std::int64_t token = 0; token < count; ++token) {
            const float* from = tokens_.values + (first + token) * tokens_.channels;
            float* place = to + token * kTileLanes;
            for (std::int64_t step = 0; step < whole; ++step)
                std::memcpy(place + step * kTileTokens * kTileLanes, from + step * kTileLanes,
                            kTileLanes * sizeof(float));
            std::copy(from + whole * kTileLanes, from + tokens_.channels,
                      place + whole * kTileTokens * kTileLanes);
        }
    }

    TokenRows tokens_;
    std::int64_t tiles_, steps_;
    float* values_;
};

/// Writes the tile (i, j) to both halves of the matrix.
void write(const float* tile, std::int64_t i, std::int64_t j, std::int64_t count, float* out) {
    const std::int64_t row = i * kTileTokens, column = j * kTileTokens,
                       rows = std::min(kTileTokens, count - row),
                       columns = std::min(kTileTokens, count - column);
    for (std::int64_t a = 0; a < rows; ++a)
        for (std::int64_t b = 0; b < columns; ++b)
            out[(row + a) * count + column + b] = out[(column + b) * count + row + a] =
                tile[a * kTileTokens + b];
}

/// The tiles of pieces `rows` and `columns` that lie on the diagonal of the matrix or above it.
void fill(const TokenTiles& tiles, std::int64_t rows, std::int64_t columns, float scale,
          std::int64_t count, float* out) {
    const ClusterLoops& loops = cluster_loops();
    alignas(64) float tile[kTileTokens * kTileTokens];
    for (std::int64_t j = columns * kColumns; j < std::min((columns + 1) * kColumns, tiles.tiles());
         ++j)
        for (std::int64_t i = rows * kRows; i < std::min((rows + 1) * kRows, j + 1); ++i) {
            loops.distance_tile(tiles.tile(i), tiles.tile(j), tiles.steps(), scale, tile);
            write(tile, i, j, count, out);
        }
}

}  // namespace

std::int64_t tiled_size(const TokenRows& tokens) {
    return ceil_div(tokens.count, kTileTokens) * ceil_div(tokens.channels, kTileLanes) *
           kTileTokens * kTileLanes;
}

void scaled_distances(const TokenRows& tokens, float* memory, float* out) {
    const TokenTiles tiles(tokens, memory);
    const auto scale = static_cast<float>(std::sqrt(static_cast<double>(tokens.channels)));
    const std::int64_t rows = ceil_div(tiles.tiles(), kRows),
                       columns = ceil_div(tiles.tiles(), kColumns);
    WorkerThreads::shared().run(rows * columns, 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t piece = begin; piece < end; ++piece)
            fill(tiles, piece / columns, piece % columns, scale, tokens.count, out);
    });
}

}  // namespace univi::kernels
