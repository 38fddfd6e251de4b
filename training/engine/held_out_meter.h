#pragma once

#include <optional>
#include <vector>

#include "core/base/stop_token.h"
#include "training/distributed/rank_team.h"
#include "training/engine/evaluation.h"
#include "training/engine/micro_batcher.h"
#include "training/engine/model_loss.h"
#include "training/engine/rank_agreement.h"
#include "training/engine/run_recorder.h"

namespace univi::training {

/// Measures the held-out loss where a step left it due. Borrows everything.
class HeldOutMeter {
  public:
    struct Parts {
        const TrainOptions& options;
        const HeldOut* held_out;  ///< null without --eval_dataset_use
        const MicroBatcher& batcher;
        const ModelLoss& loss;
        RankTeam& team;
        const RankAgreement& agreement;
        RunCourse& course;
        RunRecorder& recorder;
        Schedule& schedule;  ///< learns of the loss
    };
    HeldOutMeter(const Parts& parts, base::StopToken stop) : run_(parts), stop_(std::move(stop)) {}

    /// Notes whether the step that was just counted makes the loss due.
    void note_step();
    /// Measures it if it is due. False when a stop came first: then the checkpoint of this position
    /// has to say that it is still due, as RunPosition::owes_evaluation. Throws Error{Memory}.
    bool measure_if_due();

  private:
    std::optional<double> loss_of(std::vector<Sample> samples);
    std::optional<EvaluationSums> measure();
    Parts run_;
    base::StopToken stop_;
};

}  // namespace univi::training
