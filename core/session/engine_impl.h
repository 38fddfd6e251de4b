#pragma once
// Inside of core/session only: what an Engine is made of.

#include <memory>
#include <optional>

#include "core/model/placement.h"
#include "core/model/univi_model.h"
#include "core/session/engine.h"
#include "core/session/loaded_model.h"
#include "core/session/prompt_cache.h"

namespace univi::session {

struct Engine::Impl : LoadedModel {
    EngineOptions options;
    model::VisualOrder visual_order = model::VisualOrder::Interleaved;
    ModelInfo info;
    /// One key/value cache for the engine: the conversation that asks takes over what it shares
    /// with the last one.
    std::unique_ptr<PromptCache> prompt_cache;
    std::int64_t next_medium_serial = 1;
};

/// The folder a --model value means: a path, or a repository name in the Hugging Face cache; the
/// demo model when empty. `what` names it in errors ("model", "vision tower"). Throws Error{File}.
std::filesystem::path resolve_model_folder(const std::string& model,
                                           const std::string& what = "model");

}  // namespace univi::session
