#pragma once

#include <filesystem>
#include <optional>

#include "core/protocol/train_protocol.h"

namespace univi::protocol::train {

// Why a start of univi-train failed, also where the run's folder could not take it as its last
// event: a wrong flag, a folder in use. Whoever starts it names a file in this variable.
inline constexpr const char* kFailureVariable = "UNIVI_FAILURE_FILE";

/// Writes the error's event into that file, if one is named. Never throws.
void keep_failure(const ErrorEvent& error);
/// Returns nothing when there is none, or it cannot be read.
std::optional<ErrorEvent> read_failure(const std::filesystem::path& file);

}  // namespace univi::protocol::train
