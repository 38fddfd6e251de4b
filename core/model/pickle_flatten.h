#pragma once

#include <vector>

#include "core/model/pickle_values.h"

namespace univi::model::pickle {

/// Returns all tensors reachable from `root`, which must be a dictionary, with dotted names. Throws
/// PickleError.
std::vector<PickledTensor> flatten(const Heap& heap, Handle root);

}  // namespace univi::model::pickle
