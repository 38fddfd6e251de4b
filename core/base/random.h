#pragma once

#include <cstdint>

namespace univi::base {

// SplitMix64: the same numbers on every machine and library, unlike the distributions of <random>.

/// What the state grows by with each number; odd, from the golden ratio.
inline constexpr std::uint64_t kRandomStep = 0x9e3779b97f4a7c15ULL;

/// Mixes the bits of `z` so that each of the result depends on all of them.
inline std::uint64_t mix_bits(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/// Returns the next number of the sequence that `state` stands in.
inline std::uint64_t next_random(std::uint64_t& state) {
    return mix_bits(state += kRandomStep);
}

}  // namespace univi::base
