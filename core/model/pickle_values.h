#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/pickled_tensor.h"

namespace univi::model::pickle {

// What a state dict's pickle can build. Shared by the interpreter and the flattening of its result.

enum class Kind : std::uint8_t {
    None,
    Bool,
    Int,
    Float,
    Text,
    Tuple,
    List,
    Dict,
    Global,
    Storage,
    Tensor
};

enum class Global : std::uint8_t { OrderedDict, RebuildTensor, RebuildParameter, StorageType };

/// Values refer to others by index, so sharing and cycles cost nothing and nothing
/// is freed recursively.
using Handle = std::uint32_t;

/// 24 bytes: the number of values bounds the memory of a hostile pickle.
struct Value {
    Kind kind = Kind::None;
    Global global = Global::OrderedDict;
    DType dtype = DType::F32;  ///< Storage and Global::StorageType
    std::uint32_t index = 0;   ///< Tuple: first item; List, Dict: which container; Text: offset;
                               ///< Storage, Tensor: which
    std::uint32_t length = 0;  ///< Tuple: items; Text: bytes
    std::int64_t number = 0;   ///< Int, Bool
};

struct Storage {
    DType dtype = DType::F32;
    std::string_view key;
    std::uint64_t elements = 0;
};

struct Heap {
    std::vector<Value> values;
    std::vector<Handle> tuple_items;
    /// lists; dictionaries as key, value, key, value …
    std::vector<std::vector<Handle>> containers;
    std::vector<Storage> storages;
    std::vector<PickledTensor> tensors;  ///< without names
    std::string_view bytes;              ///< the pickle, which texts point into

    std::string_view text(const Value& value) const {
        return bytes.substr(value.index, value.length);
    }
};

}  // namespace univi::model::pickle
