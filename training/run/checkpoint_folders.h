#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace univi::training {

// The checkpoint-<step> folders of a run, without what is in them.

/// Name of the checkpoint of a step.
std::string checkpoint_name(std::int64_t step);
/// Step of a folder that is named as a checkpoint is.
std::optional<std::int64_t> checkpoint_step(const std::filesystem::path& folder);

/// Those that stand in `run_folder` itself, whole or not, oldest first.
std::vector<std::filesystem::path> list_checkpoints(const std::filesystem::path& run_folder);

/// The newest one that is whole; `warn` hears of those that are not.
std::optional<std::filesystem::path> newest_checkpoint(
    const std::filesystem::path& run_folder, const std::function<void(const std::string&)>& warn);

/// Removes the oldest checkpoints up to that of step `newest`, which stays, until `limit` of
/// them are left (0: keeps all). Later ones belong to another line of the run: they do not
/// count and stay.
void remove_old_checkpoints(const std::filesystem::path& run_folder, std::int64_t limit,
                            std::int64_t newest);

}  // namespace univi::training
