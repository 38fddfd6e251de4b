#include "core/model/distance_kernel.h"

#include <ATen/Parallel.h>

#include <cmath>

namespace univi::model {
namespace {

constexpr std::int64_t kLanes = 16;
constexpr std::int64_t kTile = 4;  // rows of a register tile
constexpr std::int64_t kPanel =
    16;  // rows of a cache panel: 2 * 16 * 1024 floats fit the second-level cache

using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

/// Squared distances of kTile rows from `a` and kTile rows from `b` (row stride `width`, a
/// multiple of kLanes). Multiply and add stay apart (no fused form), so AVX-512, AVX2 and SSE give
/// the same bits.
__attribute__((always_inline)) inline void tile_body(const float* a, const float* b,
                                                     std::int64_t width, float* out,
                                                     std::int64_t out_stride) {
    Lanes sums[kTile][kTile] = {};
    for (std::int64_t c = 0; c < width; c += kLanes) {
        Lanes left[kTile], right[kTile];
        for (std::int64_t i = 0; i < kTile; ++i)
            __builtin_memcpy(&left[i], a + i * width + c, sizeof(Lanes));
        for (std::int64_t j = 0; j < kTile; ++j)
            __builtin_memcpy(&right[j], b + j * width + c, sizeof(Lanes));
        for (std::int64_t i = 0; i < kTile; ++i)
            for (std::int64_t j = 0; j < kTile; ++j) {
                const Lanes difference = left[i] - right[j];
                sums[i][j] += difference * difference;
            }
    }
    for (std::int64_t i = 0; i < kTile; ++i)
        for (std::int64_t j = 0; j < kTile; ++j) {
            Lanes& s = sums[i][j];
            float half[kLanes / 2];
            for (std::int64_t l = 0; l < 8; ++l) half[l] = s[l] + s[l + 8];
            for (std::int64_t l = 0; l < 4; ++l) half[l] += half[l + 4];
            out[i * out_stride + j] = (half[0] + half[2]) + (half[1] + half[3]);
        }
}

using Tile = void (*)(const float*, const float*, std::int64_t, float*, std::int64_t);

void tile_plain(const float* a, const float* b, std::int64_t width, float* out,
                std::int64_t stride) {
    tile_body(a, b, width, out, stride);
}
#if defined(__x86_64__)
__attribute__((target("avx512f"), optimize("fp-contract=off"))) void tile_avx512(
    const float* a, const float* b, std::int64_t width, float* out, std::int64_t stride) {
    tile_body(a, b, width, out, stride);
}
__attribute__((target("avx2"))) void tile_avx2(const float* a, const float* b, std::int64_t width,
                                               float* out, std::int64_t stride) {
    tile_body(a, b, width, out, stride);
}
#endif

Tile choose_tile() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return tile_avx512;
    if (__builtin_cpu_supports("avx2")) return tile_avx2;
#endif
    return tile_plain;
}

/// All tiles of the panel pair (p, q), written to both halves of the matrix.
void fill_panels(Tile tile, const float* rows, std::int64_t width, std::int64_t p, std::int64_t q,
                 std::int64_t n, float scale, float* out) {
    float block[kTile * kTile];
    for (std::int64_t i = p * kPanel; i < std::min((p + 1) * kPanel, n); i += kTile)
        for (std::int64_t j = q * kPanel; j < std::min((q + 1) * kPanel, n); j += kTile) {
            tile(rows + i * width, rows + j * width, width, block, kTile);
            for (std::int64_t a = i; a < std::min(i + kTile, n); ++a)
                for (std::int64_t b = j; b < std::min(j + kTile, n); ++b) {
                    const float distance = std::sqrt(block[(a - i) * kTile + (b - j)]) / scale;
                    out[a * n + b] = distance;
                    out[b * n + a] = distance;
                }
        }
}

/// x with the channels padded to whole vectors and the rows to whole panels by zeros, which
/// add exact zeros.
at::Tensor padded(const at::Tensor& x) {
    const std::int64_t rows = (x.size(0) + kPanel - 1) / kPanel * kPanel;
    const std::int64_t width = (x.size(1) + kLanes - 1) / kLanes * kLanes;
    if (rows == x.size(0) && width == x.size(1)) return x.contiguous();
    at::Tensor out = at::zeros({rows, width}, x.options());
    out.narrow(0, 0, x.size(0)).narrow(1, 0, x.size(1)).copy_(x);
    return out;
}

}  // namespace

at::Tensor scaled_distances(const at::Tensor& x) {
    static const Tile tile = choose_tile();
    const std::int64_t n = x.size(0);
    const at::Tensor rows = padded(x);
    at::Tensor out = at::empty({n, n}, x.options());
    const float scale = static_cast<float>(std::sqrt(static_cast<double>(x.size(1))));
    const std::int64_t panels = rows.size(0) / kPanel;
    at::parallel_for(0, panels * panels, 4, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t pair = begin; pair < end; ++pair)
            if (pair / panels <= pair % panels)
                fill_panels(tile, rows.const_data_ptr<float>(), rows.size(1), pair / panels,
                            pair % panels, n, scale, out.mutable_data_ptr<float>());
    });
    return out;
}

}  // namespace univi::model
