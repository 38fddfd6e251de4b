#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace univi::base {

/// Returns the folder of the running executable.
std::filesystem::path executable_folder();

/// Returns the resources folder: $UNIVI_RESOURCES, else ../share/univi-studio/resources beside the
/// executable, else the source tree's resources/ above the build folder. Throws Error{File} when
/// none exists.
std::filesystem::path resources_folder();

/// Returns resources/demo when it holds a model.
std::optional<std::filesystem::path> demo_model_folder();

/// $XDG_CONFIG_HOME/univi-studio, $XDG_CACHE_HOME/univi-studio and $XDG_DATA_HOME/univi-studio,
/// made when missing. Never throw: a folder that cannot be made is said by what is written into it.
/// Without HOME the home of the user's account is taken.
std::filesystem::path config_folder();
std::filesystem::path cache_folder();
std::filesystem::path data_folder();

/// Returns the Hugging Face hub cache: $HF_HUB_CACHE (formerly $HUGGINGFACE_HUB_CACHE),
/// $HF_HOME/hub, or ~/.cache/huggingface/hub.
std::filesystem::path hugging_face_cache();

/// Returns the snapshot folder of a repository such as "openai/clip-vit-large-patch14" in the
/// Hugging Face cache, if downloaded.
std::optional<std::filesystem::path> find_in_hugging_face_cache(const std::string& repository);

/// A model repository of the cache, such as "openai/clip-vit-large-patch14", and its snapshot.
struct CachedRepository {
    std::string name;
    std::filesystem::path snapshot;
};
/// Returns every model repository that find_in_hugging_face_cache finds, by name; empty without a
/// cache. Reads only folder names; at most 1000 are looked at.
std::vector<CachedRepository> hugging_face_repositories();

/// Returns the repository whose snapshot `folder` is, by the folder's own names
/// (…/models--owner--name/snapshots/revision), wherever it lies; nullopt for other folders.
std::optional<std::string> repository_of_snapshot(const std::filesystem::path& folder);

}  // namespace univi::base
