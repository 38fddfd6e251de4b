#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace univi::training {

/// What a rank met in a step; summed over the ranks by RankAgreement.
struct StepTally {
    double loss = 0;  ///< sum of scaled batch losses
    std::int64_t samples = 0, tokens = 0;
    std::int64_t targets = 0;  ///< words that have a label
    bool wants_stop = false, wants_save = false;
    bool is_out_of_memory = false;
    bool has_bad_loss = false;  ///< the loss of some batch is not finite
};

/// What the ranks have to agree on before they go on together: all of them get the same answer.
class RankAgreement {
  public:
    /// Sums numbers over the ranks, in place; every rank calls it.
    using Sum = std::function<void(std::vector<double>& values)>;
    explicit RankAgreement(Sum sum) : sum_(std::move(sum)) {}

    /// Numbers summed over the ranks; what is true of one rank is true of all.
    StepTally agree(const StepTally& own) const;
    /// Whether `own` is true at some rank.
    bool any(bool own) const;

  private:
    Sum sum_;
};

}  // namespace univi::training
