#pragma once

#include <ATen/core/Tensor.h>

#include "training/distributed/parameter_optimizer.h"
#include "training/engine/micro_batcher.h"
#include "training/engine/run_course.h"
#include "training/engine/trainer_hooks.h"

namespace univi::training {

/// The loss of a micro-batch through the model of a run. Borrows all.
struct ModelLoss {
    const model::UniviModel& model;
    ParameterOptimizer& optimizer;
    const RunCourse& course;
    const TrainerHooks& hooks;
    /// Returns the loss with its graph; an undefined tensor when there is no target.
    at::Tensor of(const MicroBatch& batch, bool checkpoint_layers) const {
        if (hooks.before_forward && batch.layout.batch > 0)
            hooks.before_forward(course.position().step, batch.layout.batch);
        return batch_loss(model, batch.layout, batch.visual, checkpoint_layers,
                          optimizer.layer_hooks());
    }
};

}  // namespace univi::training
