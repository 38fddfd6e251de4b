#pragma once

#include <cstdint>
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

}  // namespace univi::model
