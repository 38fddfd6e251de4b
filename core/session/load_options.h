#pragma once

#include <functional>

#include "core/model/load_options.h"
#include "core/session/engine_options.h"

namespace univi::session {

/// What the model is told to load for an engine's options: folders found, device opened, precision
/// settled by the folder's config.json. Throws base::Error{Usage|File|Model|Device}.
model::LoadOptions load_options(const EngineOptions& options,
                                const std::function<void(double, const std::string&)>& progress,
                                const base::StopToken& stop);

}  // namespace univi::session
