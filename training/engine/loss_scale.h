#pragma once

#include <cstdint>

#include "core/base/json.h"
#include "training/options/deepspeed_config.h"

namespace univi::training {

/// What the loss is multiplied with in fp16, so that small gradients do not vanish. Found while
/// training as DeepSpeed does: an overflow leaves the step out and, when `hysteresis` of them
/// came, halves the scale; after `loss_scale_window` steps without one it doubles. A fixed
/// scale never changes.
class LossScale {
  public:
    explicit LossScale(const LossScaleConfig& config);

    double value() const { return value_; }
    /// Whether an overflow can still be answered by a smaller scale.
    bool can_shrink() const { return config_.loss_scale == 0 && value_ > config_.min_loss_scale; }
    /// After every step.
    void update(bool is_overflow);

    base::Json state() const;
    /// What state() gave; null: nothing was kept. Throws Error{Format}.
    void restore(const base::Json& state);

  private:
    LossScaleConfig config_;
    double value_ = 1;
    std::int64_t steps_ = 0, last_overflow_ = -1, hysteresis_ = 1;
};

}  // namespace univi::training
