#pragma once

#include <filesystem>
#include <functional>

#include "core/model/load_options.h"
#include "core/model/model_config.h"
#include "core/model/weight_source.h"

namespace univi::model {

/// Config and weights of whatever kind of folder LoadOptions::model is.
struct AssembledCheckpoint {
    ModelConfig config;
    std::filesystem::path config_folder;  ///< where config.json was read
    WeightSource source;
};

/// What kind of folder LoadOptions::model is.
enum class FolderKind { Full, Lora, Projector };

/// Where the parts of a model lie. `config` holds config.json: the model's folder, or its base
/// where an adapter comes without one; `base` holds the weights of the language model.
struct CheckpointFolders {
    FolderKind kind = FolderKind::Full;
    std::filesystem::path config, base;
};

/// Throws Error{File|Model} saying what is missing and where it may come from.
CheckpointFolders find_checkpoint_folders(const LoadOptions& options);

/// Full folder; LoRA folder (adapter_config.json) merged into its base; projector folder
/// (mm_projector.bin) over its base. The base is LoadOptions::model_base or, when that is empty,
/// the base the folder names if it is found beside it or in the Hugging Face cache. Then
/// LoadOptions::projector over all. Throws Error{File|Format|Model|Stopped}.
AssembledCheckpoint assemble_checkpoint(const LoadOptions& options);

/// Returns a folder for `name` as configs write it: a path from the working directory, or relative
/// to `folder` or one of its two parents. Empty when there is none with a config.json.
std::filesystem::path find_named_folder(const std::string& name,
                                        const std::filesystem::path& folder);

}  // namespace univi::model
