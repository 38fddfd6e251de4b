#pragma once

#include <QString>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

/// The options a reply was made with, as kept in the store and in exports. Unknown or broken text
/// gives the defaults.
QString generationToJson(const protocol::GenerationOptions& options);
protocol::GenerationOptions generationFromJson(const QString& text);

/// The model that a conversation goes with; empty for none.
QString modelToJson(const std::optional<protocol::LoadRequest>& model);
std::optional<protocol::LoadRequest> modelFromJson(const QString& text);

}  // namespace univi::ui
