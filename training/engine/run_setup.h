#pragma once

#include <filesystem>
#include <string>

#include "core/base/stop_token.h"
#include "core/media/preprocess.h"
#include "core/model/univi_model.h"
#include "core/text/tokenizer.h"
#include "training/engine/dataset.h"
#include "training/engine/options.h"

namespace univi::training {

// From options to the parts of a run. Each throws Error with one sentence that names the flag or the file.

/// --threads, or as many as there are cores.
int choose_threads(const TrainOptions& options);
/// Throws Error{Usage} when a launcher says that several processes train together.
void refuse_many_processes();

Dataset load_dataset(const TrainOptions& options);
/// The base's tokenizer, in the fast tokenizer's way, as upstream trains.
text::Tokenizer load_tokenizer(const TrainOptions& options);
model::LoadOptions load_options(const TrainOptions& options, const base::StopToken& stop);
media::PreprocessOptions load_preprocess(const TrainOptions& options, const model::UniviModel& model);

/// Folder of the tower that `name` means: a path, one beside the model folder, or in the Hugging Face cache; empty when none
/// is there.
std::filesystem::path find_vision_tower(const std::string& name, const std::filesystem::path& model_folder);
/// What the result's config.json says of the tower: a Hugging Face name stays one, a folder is named relative to the parent
/// of `output`.
std::string tower_name(const std::string& flag, const std::string& of_config, const std::filesystem::path& output);

/// The parameters a run trains: stage 1 the projector, stage 2 all but the tower, less what the freeze flags say.
model::NamedTensors trained_parameters(const TrainOptions& options, const model::UniviModel& model);

}  // namespace univi::training
