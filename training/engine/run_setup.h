#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/preprocess.h"
#include "core/model/univi_model.h"
#include "core/text/tokenizer.h"
#include "training/distributed/rank_environment.h"
#include "training/engine/dataset.h"
#include "training/options/options.h"

namespace univi::training {

// From options to the parts of a run. Each throws Error with one sentence that names the flag
// or the file.

/// --threads, or this process's share of the cores.
int choose_threads(const TrainOptions& options, const RankEnvironment& environment = {});
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
media::PreprocessOptions load_preprocess(const TrainOptions& options,
                                         const model::UniviModel& model);

/// Folder of the tower that `name` means: a path, one beside the model folder, or in the Hugging
/// Face cache; empty when none is there.
std::filesystem::path find_vision_tower(const std::string& name,
                                        const std::filesystem::path& model_folder);
/// What the result's config.json says of the tower: a Hugging Face name stays one, a folder is
/// named relative to the parent of `output`.
std::string tower_name(const std::string& flag, const std::string& of_config,
                       const std::filesystem::path& output);

/// Throws Error{Usage} for what ZeRO stage 3 cannot cut up: --bits, --vision_tune.
void check_stage(const TrainOptions& options, int stage, int ranks);

/// Whether a run with these flags trains the parameter of that name.
bool is_trained_parameter(const TrainOptions& options, const std::string& name);
/// Of the tower too, only what lies before the hidden state that is used: what lies behind gets no
/// gradient and stays as it is, decay included.
bool is_trained_tower_parameter(const TrainOptions& options, const model::VisionConfig& tower,
                                const std::string& name);

/// The parameters a run trains: stage 1 the projector, stage 2 all but the tower, less what the
/// freeze flags say.
model::NamedTensors trained_parameters(const TrainOptions& options, const model::UniviModel& model);

}  // namespace univi::training
