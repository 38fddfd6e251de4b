#pragma once

#include <cstdint>
#include <string>

namespace univi::training {

/// Learning rate over a run, as transformers' get_scheduler gives it.
class Schedule {
  public:
    /// `type`: linear, cosine, constant, constant_with_warmup. `warmup_steps` > 0 wins over ceil(total*ratio).
    Schedule(const std::string& type, double peak, std::int64_t total_steps, std::int64_t warmup_steps,
             double warmup_ratio);
    /// Rate of optimiser step `step`, counted from 0 (0 at step 0 when there is a warm-up).
    double rate(std::int64_t step) const;
    std::int64_t warmup_steps() const { return warmup_; }

  private:
    enum class Type { Linear, Cosine, Constant, ConstantWithWarmup } type_;
    double peak_;
    std::int64_t total_, warmup_;
};

/// How many batches and optimiser steps a run has (Trainer of transformers 4.31, one process).
struct StepPlan {
    std::int64_t batches_per_epoch = 0;  ///< the last incomplete batch counts
    std::int64_t steps_per_epoch = 0;
    std::int64_t total_steps = 0;
};
StepPlan plan_steps(std::int64_t num_samples, std::int64_t batch_size, std::int64_t accumulation,
                    double num_epochs, std::int64_t max_steps);

}  // namespace univi::training
