#pragma once

#include <filesystem>
#include <string>

#include "core/base/stop_token.h"

namespace univi::session {

struct LoadedModel;

/// Writes a model (LoRA merged, projector in place, tower in a folder inside) as a folder of
/// safetensors shards that loads on its own. The folder appears whole or not at all. `tower_from`:
/// the folder whose preprocessing belongs to the tower. Throws base::Error.
void export_model(const LoadedModel& loaded, const std::filesystem::path& tower_from,
                  const std::string& out, const base::StopToken& stop);

}  // namespace univi::session
