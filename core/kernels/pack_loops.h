#pragma once

#include <cstdint>

#include "core/kernels/matrix_view.h"

namespace univi::kernels {

/// The scales that a group of 4-bit values tries: its value farthest from 0 becomes each of these.
/// -8 reaches one step further than 7, and near it the errors may be smaller. The last is there to
/// fill a register.
alignas(32) inline constexpr float kInt4Steps[8] = {-8.0F, -7.6F, -7.2F, -8.5F,
                                                    -9.0F, 7.5F,  7.0F,  7.0F};
/// No scale is larger.
inline constexpr float kLargestHalf = 65504;

/// Loops that make weights narrower and wider. Like ClusterLoops they give the same bits on every
/// processor, so that a folder in 8 or 4 bits is the same wherever it was made.
struct PackLoops {
    /// out [size] = the values of half precision bits.
    void (*widen_halves)(const std::uint16_t* halves, std::int64_t size, float* out);
    /// Returns the largest magnitude, 0 for none.
    float (*largest_magnitude)(const float* values, std::int64_t size);
    /// codes [size] = values / scale, rounded to the nearest, ties to even, within -127..127.
    void (*to_codes)(const float* values, float scale, std::int64_t size, std::int8_t* codes);
    /// As pack_int4_row() says, for whole groups. The sums of a tried scale are kept in two parts,
    /// of values at even and at odd places.
    void (*pack_int4)(const float* values, std::int64_t groups, std::uint8_t* codes,
                      std::uint16_t* scales);
};

/// Returns the loops of instruction_set().
const PackLoops& pack_loops();

/// What every processor runs; the twin that the other is tested against.
const PackLoops& plain_pack_loops();
#if defined(__x86_64__)
/// Only where instruction_set() says so; as fast as memory, so there is none for AVX-512.
const PackLoops& avx2_pack_loops();
#endif

}  // namespace univi::kernels
