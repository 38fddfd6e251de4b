#pragma once

#include <string>

#include "core/model/univi_model.h"
#include "training/options/options.h"

namespace univi::training {

/// Whether a run with these flags trains the parameter of that name.
bool is_trained_parameter(const TrainOptions& options, const std::string& name);
/// Of the tower too, only what lies before the hidden state that is used: what lies behind gets no
/// gradient and stays as it is, decay included.
bool is_trained_tower_parameter(const TrainOptions& options, const model::VisionConfig& tower,
                                const std::string& name);

/// All weights of the vision tower under the names that a full checkpoint gives them.
model::NamedTensors tower_parameters(const model::UniviModel& model);

/// The parameters a run trains: stage 1 the projector, stage 2 all but the tower, less what the
/// freeze flags say. Throws Error{Usage} when that is nothing.
model::NamedTensors trained_parameters(const TrainOptions& options, const model::UniviModel& model);

}  // namespace univi::training
