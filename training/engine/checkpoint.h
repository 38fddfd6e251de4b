#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "training/distributed/parameter_optimizer.h"
#include "training/distributed/rank_team.h"
#include "training/engine/run_position.h"
#include "training/engine/saved_model.h"
#include "training/options/options.h"
#include "training/run/checkpoint_folders.h"

namespace univi::training {

/// What a checkpoint must share with the run that resumes it. `ranks` may differ as long as their
/// common batch does not.
base::Json run_identity(const TrainOptions& options, const std::string& data_fingerprint,
                        std::int64_t ranks);

/// What a checkpoint is made of.
struct CheckpointParts {
    const model::UniviModel& model;
    ParameterOptimizer& optimizer;
    const TrainOptions& options;
    const SaveOptions& save;
    const base::Json& identity;
    base::Json schedule_state = {};  ///< Schedule::state()
};

/// Writes `run_folder`/checkpoint-<step> (whole or not at all): the trained weights (fp32),
/// config.json and tokenizer files, optimizer.safetensors (of several ranks:
/// optimizer-00001-of-0000N.safetensors, each written by its rank), scheduler.json, training.json,
/// trainer_state.json. Every rank calls it; the folder must be one that all of them see. Returns
/// its path. Throws Error{File} on every rank when one cannot write, also before anything is
/// written when the disk has too little room.
std::filesystem::path save_checkpoint(const std::filesystem::path& run_folder,
                                      const RunPosition& position, const CheckpointParts& parts,
                                      const base::Json& trainer_state, RankTeam& team);

/// Bytes a checkpoint of these parts will take, roughly from above.
std::int64_t checkpoint_bytes(const CheckpointParts& parts);
/// Throws Error{File} in one sentence when the file system of `folder` has fewer than `bytes` free.
void check_free_space(const std::filesystem::path& folder, std::int64_t bytes,
                      const std::string& what);

/// What a checkpoint kept of its schedule (null: nothing). Throws Error{File|Format}.
base::Json load_schedule_state(const std::filesystem::path& folder);

/// Where the run of a checkpoint stands, without its weights. Throws Error{File|Format}.
RunPosition read_position(const std::filesystem::path& folder);
/// Restores weights and optimiser, whatever number of ranks saved them; `warn` hears when
/// `identity` differs in what an unbroken run would not have changed. Throws Error{File|Format}.
void restore_checkpoint(const std::filesystem::path& folder, ParameterOptimizer& optimizer,
                        const base::Json& identity,
                        const std::function<void(const std::string&)>& warn);

}  // namespace univi::training
