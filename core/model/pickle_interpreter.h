#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/model/pickled_tensor.h"

namespace univi::model {

/// Reads the state dict in a `data.pkl` of torch.save. It interprets and never executes: the
/// opcodes of protocol 2 that torch.save emits, the globals collections.OrderedDict,
/// torch._utils._rebuild_tensor_v2, torch._utils._rebuild_parameter and the typed storages,
/// persistent ids ('storage', type, key, location, numel); all else is refused by name. Work and
/// memory grow with the pickle's length only (at most 16 MB), nothing is recursive in the pickle's
/// nesting. Values that are no tensors (numbers, texts) are left out; list items get their index as
/// name. Throws PickleError.
std::vector<PickledTensor> read_pickled_state_dict(std::span<const std::byte> pickle);

}  // namespace univi::model
