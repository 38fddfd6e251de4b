#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "training/options/options.h"
#include "training/run/branches.h"

namespace univi::training {

/// What --resume_from_checkpoint asks for.
enum class ResumeWish {
    Newest,     ///< not given, True, latest: the newest whole checkpoint of the run, if any
    Base,       ///< False: the base, whatever checkpoints there are
    Checkpoint  ///< a path
};
ResumeWish resume_wish(const TrainOptions& options);

/// Where a run starts.
struct StartPoint {
    std::filesystem::path checkpoint{};  ///< empty: the base
    std::int64_t step = 0;               ///< of the checkpoint
    std::int64_t kept = 0;    ///< steps of the folder's present line that belong to the new one too
    std::int64_t shown = 0;   ///< steps up to which the folder's curves are those of the new line
    bool is_asked = false;    ///< by --resume_from_checkpoint
    bool is_outside = false;  ///< not one of the folder's own checkpoints
    bool may_set_aside = true;  ///< false after --overwrite_output_dir
    std::filesystem::path
        history{};  ///< events up to `step`, of a line set aside; empty: the run's
};

/// Where `run_folder` goes on: --resume_from_checkpoint, else the newest whole checkpoint, else the
/// base; the base with --overwrite_output_dir, which removes the checkpoints. A path may lead to a
/// checkpoint of the run (by any path or link, or by its name alone), to one that was set aside, or
/// to one of another run. Half-written folders of a killed process are removed. Throws
/// Error{File|Format} in a sentence that names what there is.
StartPoint find_start(const TrainOptions& options, const std::filesystem::path& run_folder,
                      const std::function<void(const std::string&)>& warn);

/// Whether the folder holds checkpoints or a result that lie after `start`.
bool lies_after(const StartPoint& start, const std::filesystem::path& run_folder);

/// What is to be done in the run's folder so that `start` becomes its line; nothing when
/// it is already.
std::optional<BranchOrder> branch_order(const StartPoint& start, const TrainOptions& options,
                                        const std::filesystem::path& run_folder);

}  // namespace univi::training
