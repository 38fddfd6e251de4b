#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/stop_token.h"
#include "core/model/univi_model.h"
#include "core/session/loaded_model.h"
#include "training/data/dataset.h"
#include "training/distributed/rank_environment.h"
#include "training/options/options.h"

namespace univi::training {

// From options to the parts of a run. Each throws Error with one sentence that names the flag
// or the file.

/// --device; of several processes on a host each gets the GPU of its local rank.
c10::Device open_rank_device(const TrainOptions& options, const RankEnvironment& environment);

/// Where --dataset_use is looked up: --datasets, else ./datasets.json and the published names.
DatasetList dataset_list(const TrainOptions& options);
/// The data of --dataset_use; every item is read once with --lazy_preprocess False.
Dataset load_dataset(const TrainOptions& options, const base::StopToken& stop = {});
/// The held-out data of --eval_dataset_use, if any.
std::optional<Dataset> load_eval_dataset(const TrainOptions& options,
                                         const base::StopToken& stop = {});
/// The base's tokenizer, in the fast tokenizer's way, as upstream trains.
text::Tokenizer load_tokenizer(const TrainOptions& options);
model::LoadOptions load_options(const TrainOptions& options, const RankEnvironment& environment,
                                const base::StopToken& stop);
/// The base with that tokenizer and the preprocessing of --image_aspect_ratio.
session::LoadedModel load_model(const TrainOptions& options, const model::LoadOptions& load);

/// What the result's config.json says of the tower: a Hugging Face name stays one, a folder is
/// named relative to the parent of `output`.
std::string tower_name(const std::string& flag, const std::string& of_config,
                       const std::filesystem::path& output);

/// Throws Error{Usage} for what ZeRO stage 3 cannot cut up: --bits, --vision_tune.
void check_stage(const TrainOptions& options, int stage, int ranks);

}  // namespace univi::training
