#pragma once

#include <cstdint>

#include "core/protocol/train_protocol.h"
#include "training/engine/batch_settings.h"
#include "training/engine/run_position.h"
#include "training/engine/sampler.h"
#include "training/options/options.h"
#include "training/options/schedule.h"

namespace univi::training {

/// The way of a run through its data: how many steps it has, which batches make a step, which
/// samples of a batch this rank gets, and where the run stands.
class RunCourse {
  public:
    /// Throws Error{Usage} when --dataloader_drop_last leaves no batch. Borrows `options`.
    RunCourse(const TrainOptions& options, std::int64_t num_samples, int ranks, int rank);

    /// Goes on where a checkpoint stands: the batches of this run begin at the first sample that
    /// the checkpoint has not used; with epochs to do, the number of steps follows. Returns what
    /// the checkpoint's batches were made of otherwise.
    protocol::train::BatchChanges go_on_from(const RunPosition& saved);
    /// Steps of a run that would go on from `saved`.
    std::int64_t total_steps_from(const RunPosition& saved) const;

    const RankShare& share() const { return share_; }
    const RunPosition& position() const { return position_; }
    RunPosition& position() { return position_; }
    /// The position with all that a checkpoint keeps of the batches it was made with.
    RunPosition position_to_save() const;
    std::int64_t total_steps() const { return plan_.total_steps; }
    std::int64_t batches_per_epoch() const { return plan_.batches_per_epoch; }
    bool is_complete() const { return position_.step >= plan_.total_steps; }
    /// Epochs done, as a fraction.
    double epoch() const { return share_.epochs(position_.batches); }
    /// The first sample that is not used yet.
    SamplePosition next_sample() const { return share_.position(position_.batches); }

    /// Whether the batch before number `batches_done` is the last of its step. As in transformers
    /// 4.31 a step has gradient_accumulation_steps batches, counted on across epochs; an epoch with
    /// fewer batches is one step. Batches of another size than a checkpoint's count from there.
    bool ends_step(std::int64_t batches_done) const;
    /// Ranks that get samples of a batch: fewer than all in the last, incomplete one of an epoch.
    std::int64_t ranks_in_batch(std::int64_t batch) const;
    /// Takes the loss of an update into the sums that the history is made from.
    void add_loss(double loss);
    /// Counts a step whose batches end before number `batches`.
    void finish_step(std::int64_t batches);
    /// Whether the last step was the last of an epoch, or of the run.
    bool ended_epoch() const { return ended_epoch_; }

  private:
    const TrainOptions& options_;
    RankShare share_;
    StepPlan plan_;
    RunPosition position_;
    bool ended_epoch_ = false;
};

}  // namespace univi::training
