#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/protocol/train_protocol.h"

namespace univi::training {

// Lines of a run. A run that goes back to an older checkpoint opens a new line in its folder. What
// lay after that point moves to branches/<number>/, a run folder of its own to look at: its
// checkpoints and result, the events, history and settings as they were, and branch.json. It is
// never counted, resumed from or removed unless it is named.

using protocol::train::Branch;
using protocol::train::BranchCause;
/// A branch.json whose names stay in the run's folder. Throws Error{Format}.
Branch branch_from_json(const base::Json& json);
std::filesystem::path branch_folder(const std::filesystem::path& run_folder, std::int64_t number);
/// By number; those whose branch.json cannot be read are left out.
std::vector<Branch> list_branches(const std::filesystem::path& run_folder);

/// origin.json: a line that began with a checkpoint outside of the folder's own, kept so that a
/// restart before its first checkpoint goes on from there.
struct Origin {
    std::filesystem::path checkpoint;
    std::int64_t step = 0;
    std::int64_t shared = 0;  ///< steps of the folder's history that it has in common with that
};
/// Throws Error{Format} when it is damaged.
std::optional<Origin> read_origin(const std::filesystem::path& run_folder);

/// A path as it is written down: relative where it lies in the run's folder, which may be moved.
std::string told_path(const std::filesystem::path& run_folder, const std::filesystem::path& path);

/// Names of the files in a run's folder that are its result.
std::vector<std::string> result_files(const std::filesystem::path& run_folder);

/// One change of line.
struct BranchOrder {
    std::optional<Branch> set_aside;  ///< empty: nothing lies after
    bool keeps_result = false;        ///< the result is in use: the branch gets a copy
    std::filesystem::path state;      ///< trainer_state.json of the new line; empty: none yet
    std::filesystem::path history;    ///< events the new line begins with; empty: the run's own
    std::int64_t history_until = 0;   ///< their last step
    std::optional<Origin> origin;     ///< empty: the line begins with the folder's own checkpoint
};

/// Carries `order` out. It is written down first (branching.json), so that a process killed at any
/// moment leaves either the old line whole or an order that finish_branching() completes.
/// `before`: asked before each part, for tests; what it throws leaves things as a kill would.
/// Throws Error{File}. One process at a time.
void change_line(const std::filesystem::path& run_folder, const BranchOrder& order,
                 const std::function<void()>& before = {});
/// Completes what a killed process began; whether there was something.
bool finish_branching(const std::filesystem::path& run_folder,
                      const std::function<void()>& before = {});

/// Lines of events.jsonl (or of another file of such lines) that belong to the steps up to `step`;
/// a torn last line is left out. `is_whole_line`: what stands after the first later step is left
/// out too, be it without a step.
std::string events_until(const std::string& all, std::int64_t step, bool is_whole_line);

}  // namespace univi::training
