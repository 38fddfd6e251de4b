#pragma once

#include <cstdint>

namespace univi::training {

/// Steps in a row without any target after which a run ends.
inline constexpr std::int64_t kMostStepsWithoutTarget = 20;

/// Watches whether the steps of a run have words to learn. Every rank comes to the same.
class TargetWatch {
  public:
    /// Counts a step that had `targets` words to learn over all ranks.
    void note(std::int64_t targets) {
        has_learned_ = has_learned_ || targets > 0;
        without_ = targets > 0 ? 0 : without_ + 1;
    }
    /// Whether the last step had nothing to learn and the one before it did: said once.
    bool begins_without() const { return without_ == 1; }
    /// Whether too many steps in a row had nothing to learn.
    bool is_hopeless() const { return without_ >= kMostStepsWithoutTarget; }
    /// Whether there were steps and none of them had a word to learn.
    bool has_learned_nothing() const { return !has_learned_ && without_ > 0; }

  private:
    std::int64_t without_ = 0;  ///< steps in a row, up to the last one
    bool has_learned_ = false;
};

}  // namespace univi::training
