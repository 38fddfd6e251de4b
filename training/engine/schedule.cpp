#include "training/engine/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace univi::training {

Schedule::Schedule(const std::string& type, double peak, std::int64_t total_steps,
                   std::int64_t warmup_steps, double warmup_ratio)
    : type_(type == "cosine"     ? Type::Cosine
            : type == "constant" ? Type::Constant
            : type == "linear"   ? Type::Linear
                                 : Type::ConstantWithWarmup),
      peak_(peak),
      total_(total_steps),
      warmup_(warmup_steps > 0 ? warmup_steps
                               : static_cast<std::int64_t>(
                                     std::ceil(static_cast<double>(total_steps) * warmup_ratio))) {}

double Schedule::rate(std::int64_t step) const {
    if (type_ == Type::Constant) return peak_;
    if (step < warmup_)
        return peak_ * static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, warmup_));
    if (type_ == Type::ConstantWithWarmup) return peak_;
    const double progress = static_cast<double>(step - warmup_) /
                            static_cast<double>(std::max<std::int64_t>(1, total_ - warmup_));
    if (type_ == Type::Linear) return peak_ * std::max(0.0, 1.0 - progress);
    return peak_ * std::max(0.0, 0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
}

StepPlan plan_steps(std::int64_t num_samples, std::int64_t batch_size, std::int64_t accumulation,
                    double num_epochs, std::int64_t max_steps) {
    StepPlan plan;
    plan.batches_per_epoch = (num_samples + batch_size - 1) / batch_size;
    plan.steps_per_epoch = std::max<std::int64_t>(1, plan.batches_per_epoch / accumulation);
    plan.total_steps = max_steps > 0 ? max_steps
                                     : static_cast<std::int64_t>(std::ceil(
                                           num_epochs * static_cast<double>(plan.steps_per_epoch)));
    return plan;
}

}  // namespace univi::training
