#pragma once

#include <vector>

#include "core/protocol/engine_protocol.h"

namespace univi::model {
class UniviModel;
}

namespace univi::session {

/// Returns one entry for each precision that the model can be loaded in, the widest first: of a
/// folder in 8 or 4 bits that one alone. Matrices in 16 or 32 bits stay in the type they are stored
/// in, whatever is computed in.
std::vector<protocol::MemoryNeed> memory_needs(const model::UniviModel& model);

}  // namespace univi::session
