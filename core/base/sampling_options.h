#pragma once

#include <cstdint>

namespace univi::base {

/// How the tokens of a reply are chosen, and how many. The values are the published demo's.
struct SamplingOptions {
    double temperature = 0.2;  ///< 0: greedy
    double top_p = 1.0;
    int top_k = 0;  ///< 0: all
    double repetition_penalty = 1.0;
    int max_new_tokens = 1024;
    std::uint64_t seed = 42;
    bool operator==(const SamplingOptions&) const = default;
    /// Throws Error{Usage} naming the first value outside its range.
    void check() const;
};

}  // namespace univi::base
