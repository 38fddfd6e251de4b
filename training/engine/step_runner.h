#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "training/distributed/rank_team.h"
#include "training/engine/loss_scale.h"
#include "training/engine/micro_batcher.h"
#include "training/engine/model_loss.h"
#include "training/engine/rank_agreement.h"
#include "training/engine/run_recorder.h"
#include "training/engine/step_outcome.h"

namespace univi::training {

/// Returns what becomes of a step with this loss and gradient norm. In fp16 `scale` (else null)
/// learns of the step, unless it is as small as it may be and cannot be the cause.
StepEnd judge_step(double loss, double grad_norm, LossScale* scale);

/// Does one optimiser step: batches forward and backward, what the ranks have to tell each other,
/// the update. Borrows everything.
class StepRunner {
  public:
    struct Parts {
        const TrainOptions& options;
        const Dataset& dataset;
        model::UniviModel& model;
        ParameterOptimizer& optimizer;
        LossScale* scale;  ///< null but in fp16
        int zero_stage = 0;
        RunCourse& course;
        MicroBatcher& batcher;
        const ModelLoss& loss;
        RankTeam& team;
        const RankAgreement& agreement;
        RunRecorder& recorder;
        const TrainerHooks& hooks;
    };
    StepRunner(const Parts& parts, base::StopToken stop) : run_(parts), stop_(std::move(stop)) {}

    /// Does the next step at `learning_rate`. The course counts it when told so, by finish_step().
    /// With --auto_micro_batch a step that a rank has no memory for is begun again with fewer
    /// samples at a time. Throws Error{Memory} when that does not help, Error{Internal} when loss
    /// or gradient is no number (not with --on_nan skip).
    StepOutcome run(double learning_rate);

  private:
    /// What this rank met in a step.
    struct Own {
        StepTally tally;
        double data_s = 0;
        std::vector<std::int64_t> items;      ///< of the last batch
        std::vector<std::int64_t> bad_items;  ///< of batches whose loss is not finite
        std::string memory_problem;           ///< what this rank had no memory for
    };
    bool accumulate(Own& own);
    void learn_batch(Own& own, double scale, bool ends_the_step);
    double learn_part(Own& own, MicroBatch part, double scale, std::size_t targets,
                      std::int64_t round);
    double learn(const MicroBatch& batch, double weight);
    void within_memory(Own& own, const std::function<void()>& work) const;
    TakenBatch take();
    StepTally agree(const Own& own);
    void halve_micro_batch(const Own& own);
    StepEnd end_step(const StepTally& all, const Own& own, double grad_norm);
    void leave_out(const StepTally& all, const Own& own);
    std::string bad_step_sentence(const StepTally& all, const std::vector<std::int64_t>& named);

    Parts run_;
    base::StopToken stop_;
};

}  // namespace univi::training
