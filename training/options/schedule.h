#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "training/options/choices.h"
#include "training/options/deepspeed_schedule.h"

namespace univi::training {

/// What shapes a schedule besides its kind; defaults as transformers and torch have them. Each name
/// is a key of
/// --lr_scheduler_kwargs.
struct ScheduleSettings {
    double num_cycles = 0;   ///< cosine kinds (0: 0.5, half a wave), cosine_with_restarts (0: 1)
    double power = 1;        ///< polynomial
    double lr_end = 1e-7;    ///< polynomial: rate at the end
    double timescale = 0;    ///< inverse_sqrt, in steps; 0: the warm-up's length, 10000 without one
    double min_lr = 0;       ///< cosine_with_min_lr, reduce_lr_on_plateau: lowest rate
    double min_lr_rate = 0;  ///< cosine_with_min_lr: the same as a share of the peak
    double num_stable_steps = -1;  ///< warmup_stable_decay; < 0: what the other parts leave
    double num_decay_steps = 0;    ///< warmup_stable_decay
    double min_lr_ratio = 0;       ///< warmup_stable_decay: rate at the end as a share of the peak
    double factor = 0.1;           ///< reduce_lr_on_plateau: what a reduction multiplies by
    double patience = 10;     ///< reduce_lr_on_plateau: evaluations without progress that are borne
    double threshold = 1e-4;  ///< reduce_lr_on_plateau: least progress, as a share of the best loss
    double cooldown = 0;  ///< reduce_lr_on_plateau: evaluations after a reduction that do not count
};

/// Reads --lr_scheduler_kwargs for a schedule of kind `type`: "" or a JSON object of the settings
/// above that belong to it. Throws Error{Usage} for a key that `type` does not know or a value
/// out of range.
ScheduleSettings parse_schedule_settings(ScheduleType type, const std::string& kwargs);

/// Learning rate over a run, as transformers' get_scheduler gives it.
class Schedule {
  public:
    /// `warmup_steps` > 0 wins over ceil(total*ratio). Throws Error{Usage} when a polynomial ends
    /// above its peak or the parts of warmup_stable_decay are more than the run.
    Schedule(ScheduleType type, double peak, std::int64_t total_steps, std::int64_t warmup_steps,
             double warmup_ratio, const ScheduleSettings& settings = {});
    /// Takes the rates of a DeepSpeed file's scheduler in place of its own.
    void follow(const DeepSpeedSchedule& schedule);
    /// Rate of optimiser step `step`, counted from 0 (0 at step 0 when there is a warm-up).
    double rate(std::int64_t step) const;
    std::int64_t warmup_steps() const { return warmup_; }

    /// The held-out loss of an evaluation, which reduce_lr_on_plateau follows (torch's
    /// ReduceLROnPlateau, mode min); the other kinds do not look at it.
    void observe(double held_out_loss);
    /// What a checkpoint keeps so that a resumed run reduces alike: null for kinds that
    /// have no memory.
    base::Json state() const;
    /// Throws Error{Format}.
    void restore(const base::Json& state);

  private:
    void check();
    double after_warmup(std::int64_t step) const;
    double stable_decay(std::int64_t step) const;

    ScheduleType type_;
    double peak_;
    std::int64_t total_, warmup_;
    ScheduleSettings settings_;
    std::optional<DeepSpeedSchedule> followed_;
    /// Of reduce_lr_on_plateau.
    struct Plateau {
        double rate = 0, best = 0;
        bool has_best = false;
        std::int64_t bad = 0, cooling = 0;
    } plateau_;
};

/// How many batches and optimiser steps a run has (Trainer of transformers 4.31).
struct StepPlan {
    std::int64_t batches_per_epoch = 0;  ///< the last incomplete batch counts unless it is dropped
    std::int64_t steps_per_epoch = 0;
    std::int64_t total_steps = 0;
};
/// `batch_size`: of a batch over all ranks.
StepPlan plan_steps(std::int64_t num_samples, std::int64_t batch_size, std::int64_t accumulation,
                    double num_epochs, std::int64_t max_steps, bool drop_last = false);

}  // namespace univi::training
