#pragma once
// Inside of core/session only: what an Engine is made of.

#include <memory>
#include <optional>

#include "core/media/preprocess.h"
#include "core/model/placement.h"
#include "core/model/univi_model.h"
#include "core/session/engine.h"
#include "core/session/prompt_cache.h"
#include "core/text/tokenizer.h"

namespace univi::session {

struct Engine::Impl {
    EngineOptions options;
    std::unique_ptr<model::UniviModel> model;
    std::unique_ptr<text::Tokenizer> tokenizer;
    media::PreprocessOptions preprocess;
    model::VisualOrder visual_order = model::VisualOrder::Interleaved;
    ModelInfo info;
    /// that holds config.json: an adapter's may be its base's
    std::filesystem::path config_folder;
    /// One key/value cache for the engine: the conversation that asks takes over what it shares
    /// with the last one.
    std::unique_ptr<PromptCache> prompt_cache;
    std::int64_t next_medium_serial = 1;
};

/// The folder a --model value means: a path, or a repository name in the Hugging Face cache; the
/// demo model when empty. `what` names it in errors ("model", "vision tower"). Throws Error{File}.
std::filesystem::path resolve_model_folder(const std::string& model,
                                           const std::string& what = "model");
/// The folder whose tokenizer.model belongs to the options' model (its base's for adapter folders,
/// also where the folder itself names the base). Throws Error{File}.
std::filesystem::path find_tokenizer_folder(const std::filesystem::path& model,
                                            const std::string& model_base);

}  // namespace univi::session
