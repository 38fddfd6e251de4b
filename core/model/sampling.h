#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "core/base/sampling_options.h"

namespace univi::model {

/// Uniform number in [0,1) for draw `step` of a sequence seeded with `seed`: a counter-based
/// generator (two rounds of the SplitMix64 finalizer), so draw n never depends on how many others
/// were made before.
double uniform_draw(std::uint64_t seed, std::uint64_t step);

/// Chooses tokens from logits in the order of transformers' processors: repetition
/// penalty, temperature, top_k, top_p, draw. One object a reply: it counts its draws and
/// remembers its tokens (the penalty applies to generated tokens, as transformers does
/// when it is given embeddings).
class Sampler {
  public:
    /// Throws Error{Usage} for options outside their range.
    explicit Sampler(const base::SamplingOptions& options);

    /// Next token; ties go to the lower id. `log_probability` receives ln p under
    /// the unmodified distribution.
    std::int32_t choose(std::span<const float> logits, double* log_probability);

    /// Returns the ids that may be drawn, best first, with their probabilities (sum 1). Temperature
    /// must not be 0.
    std::vector<std::pair<std::int32_t, double>> candidates(std::span<const float> logits) const;

  private:
    std::vector<float> penalized(std::span<const float> logits) const;

    base::SamplingOptions options_;
    std::set<std::int32_t> seen_;
    std::uint64_t draws_ = 0;
};

}  // namespace univi::model
