#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/json.h"
#include "training/engine/optimizer.h"
#include "training/engine/options.h"
#include "training/engine/saved_model.h"

namespace univi::training {

/// Where a run stands. With the options and the data it decides everything that follows: there is no other random state (the
/// order of an epoch is a function of seed and epoch, the model has no dropout).
struct RunPosition {
    std::int64_t step = 0;            ///< optimiser steps done
    std::int64_t batches = 0;         ///< batches used
    double loss_since_log = 0;        ///< sum over the steps that the history has no entry for yet
    std::int64_t steps_since_log = 0;
    double loss_total = 0;            ///< sum over all steps
    base::Json log_history = base::Json::array();
};

/// What a checkpoint must share with the run that resumes it: {"seed", "shuffle", "batch_size", "accumulation", "data"}.
base::Json run_identity(const TrainOptions& options, const std::string& data_fingerprint);

/// Writes `run_folder`/checkpoint-<step> (whole or not at all): the trained weights (fp32), config.json and tokenizer files,
/// optimizer.safetensors, scheduler.json, training.json, trainer_state.json. Returns its path.
std::filesystem::path save_checkpoint(const std::filesystem::path& run_folder, const RunPosition& position,
                                      const model::UniviModel& model, const AdamW& optimizer,
                                      const TrainOptions& options, const SaveOptions& save,
                                      const base::Json& identity, const base::Json& trainer_state);

/// Removes the oldest checkpoints until `limit` are left (0: keeps all).
void remove_old_checkpoints(const std::filesystem::path& run_folder, std::int64_t limit);

/// The newest checkpoint of a run folder that is whole; `warn` hears of those that are not.
std::optional<std::filesystem::path> newest_checkpoint(const std::filesystem::path& run_folder,
                                                       const std::function<void(const std::string&)>& warn);

/// Restores weights and optimiser; `warn` hears when `identity` differs. Throws Error{File|Format}.
RunPosition load_checkpoint(const std::filesystem::path& folder, AdamW& optimizer,
                            const base::Json& identity, const std::function<void(const std::string&)>& warn);

}  // namespace univi::training
