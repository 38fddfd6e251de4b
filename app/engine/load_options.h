#pragma once

#include "core/protocol/engine_protocol.h"
#include "core/session/engine.h"

namespace univi::engine {

/// How the session loads what a request asks for; what the request leaves open is as in `defaults`.
session::EngineOptions options_for(const protocol::LoadRequest& request,
                                   session::EngineOptions defaults);

}  // namespace univi::engine
