#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/model/tensor_table.h"

namespace univi::model {

/// One tensor of a pickled state dict. Sizes, strides and offset count elements of a storage
/// that lies elsewhere.
struct PickledTensor {
    std::string name;  ///< dotted where dictionaries were nested
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape, stride;
    std::uint64_t offset = 0;  ///< first element, inside the storage
    std::uint64_t num_elements = 0;
    std::uint64_t extent = 0;  ///< offset + what shape and stride reach; at most storage_elements
    std::string storage_key;   ///< letters, digits and _
    std::uint64_t storage_elements = 0;
};

/// Why a pickle was refused; the caller puts the file's name in front.
struct PickleError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Reads the state dict in a `data.pkl` of torch.save. It interprets and never executes: the
/// opcodes of protocol 2 that torch.save emits, the globals collections.OrderedDict,
/// torch._utils._rebuild_tensor_v2, torch._utils._rebuild_parameter and the typed storages,
/// persistent ids ('storage', type, key, location, numel); all else is refused by name. Work and
/// memory grow with the pickle's length only (at most 16 MB), nothing is recursive in the pickle's
/// nesting. Values that are no tensors (numbers, texts) are left out; list items get their index as
/// name. Throws PickleError.
std::vector<PickledTensor> read_pickled_state_dict(std::span<const std::byte> pickle);

}  // namespace univi::model
