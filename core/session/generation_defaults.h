#pragma once

#include <filesystem>
#include <vector>

#include "core/protocol/engine_protocol.h"

namespace univi::session {

/// Reads how a model wants its replies made. The first of `folders` (a model, then its base; empty
/// paths are skipped) with a generation_config.json decides; where none has one, a config.json that
/// states sampling itself, as older folders do.
///
/// `"do_sample": false` is greedy, whatever else stands there. `true`, or a temperature, top_p or
/// top_k without do_sample, is sampling with the stated values and those of transformers for the
/// rest (temperature 1, top_p 1, top_k 50). A file that says neither, as the published checkpoints
/// do, leaves the published demo's sampling (temperature 0.2). repetition_penalty and
/// max_new_tokens hold in every case. A value outside its range is left out with a warning in the
/// log; nothing is thrown.
protocol::GenerationDefaults read_generation_defaults(
    const std::vector<std::filesystem::path>& folders);

}  // namespace univi::session
