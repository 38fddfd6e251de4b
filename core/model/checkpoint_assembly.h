#pragma once

#include <filesystem>
#include <functional>

#include "core/model/model_config.h"
#include "core/model/univi_model.h"

namespace univi::model {

/// Config and weights of whatever kind of folder LoadOptions::model is.
struct AssembledCheckpoint {
    ModelConfig config;
    std::filesystem::path config_folder;  ///< where config.json was read
    WeightSource source;
};

/// Full folder; LoRA folder (adapter_config.json) merged into its base; projector folder
/// (mm_projector.bin) over its base. The base is LoadOptions::model_base or, when that is empty,
/// the base the folder names if it is found beside it. Then LoadOptions::projector over all. Throws
/// Error{File|Format|Model|Stopped}.
AssembledCheckpoint assemble_checkpoint(const LoadOptions& options);

/// A folder for `name` as configs write it: a path from the working directory, or relative to
/// `folder` or one of its two parents. Empty when there is none with a config.json.
std::filesystem::path find_named_folder(const std::string& name,
                                        const std::filesystem::path& folder);

}  // namespace univi::model
