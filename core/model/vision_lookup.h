#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "core/model/checkpoint_assembly.h"
#include "core/model/vision_tower.h"

namespace univi::model {

/// Where the vision tower's weights are and how it is built.
struct FoundVisionTower {
    VisionConfig config;
    std::filesystem::path folder;  ///< empty: the copy inside the checkpoint
    std::string prefix;            ///< before "embeddings.class_embedding"
};

/// Order: LoadOptions::vision_tower; the folder vision_tower inside the model's, where training
/// puts a tower that it changed; the config's mm_vision_tower as a folder (working directory, model
/// folder, its parents); the same name in the Hugging Face cache; the copy inside the checkpoint
/// when its architecture stands in the config's vision_config, is known by name or can be read off
/// its shapes (CLIP's heads of 64 channels assumed). Nullopt when it is nowhere. Throws
/// Error{File|Model} where a folder was named that is none.
std::optional<FoundVisionTower> look_for_vision_tower(const LoadOptions& options,
                                                      const AssembledCheckpoint& checkpoint);
/// Returns the folder of the tower `name`, as configurations and the published commands write it: a
/// path from the working directory, beside or inside `model`'s folder, or a name in the Hugging
/// Face cache. Empty when it is nowhere.
std::filesystem::path find_tower_folder(const std::string& name,
                                        const std::filesystem::path& model);
/// The same; Throws Error{Model} when it is nowhere.
FoundVisionTower find_vision_tower(const LoadOptions& options,
                                   const AssembledCheckpoint& checkpoint);

/// Builds it; `embedded` is the model's own source, for a tower without a folder. Throws
/// Error{Model} naming what misses.
std::unique_ptr<VisionTower> load_vision_tower(const FoundVisionTower& found,
                                               WeightSource& embedded,
                                               const PlacementOptions& placement);

}  // namespace univi::model
