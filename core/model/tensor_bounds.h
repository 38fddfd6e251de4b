#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/model/tensor_table.h"

namespace univi::model {

// Arithmetic on numbers out of untrusted files, shared by the readers. Nothing here wraps.

constexpr std::size_t kMaxRank = 16;
constexpr std::size_t kMaxTensors = 1 << 16;  ///< a file; a 70B model has under a thousand
constexpr std::size_t kMaxTensorName = 1024;  ///< bytes
constexpr std::uint64_t kMaxElements = std::uint64_t{1}
                                       << 48;  ///< times 8 bytes still far from 2^63

/// Product of the sizes; nothing when one is negative or the product exceeds kMaxElements (zero
/// sizes count as one, so that the strides of an empty tensor are bounded as well).
inline std::optional<std::uint64_t> checked_elements(const std::vector<std::int64_t>& shape) {
    std::uint64_t bound = 1;
    bool empty = false;
    for (const std::int64_t size : shape) {
        if (size < 0) return std::nullopt;
        if (size == 0) empty = true;
        const auto factor = static_cast<std::uint64_t>(size == 0 ? 1 : size);
        if (factor > kMaxElements / bound) return std::nullopt;
        bound *= factor;
    }
    return empty ? 0 : bound;
}

/// Counts the elements from the first to one past the last that shape and stride reach; 0 for an
/// empty tensor. Shape must have passed checked_elements. Nothing when a stride is negative or the
/// result exceeds kMaxElements.
inline std::optional<std::uint64_t> checked_extent(const std::vector<std::int64_t>& shape,
                                                   const std::vector<std::int64_t>& stride) {
    std::uint64_t last = 0;
    bool empty = false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (stride[i] < 0) return std::nullopt;
        const auto steps = static_cast<std::uint64_t>(shape[i] > 0 ? shape[i] - 1 : 0);
        const auto step = static_cast<std::uint64_t>(stride[i]);
        if (steps != 0 && step > (kMaxElements - last) / steps) return std::nullopt;
        last += steps * step;
        empty = empty || shape[i] == 0;
    }
    return empty ? 0 : last + 1;
}

inline std::vector<std::int64_t> contiguous_stride(const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> stride(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;)
        stride[i - 1] = stride[i] * (shape[i] > 0 ? shape[i] : 1);
    return stride;
}

/// Points `view` at bytes of a map. Bytes that are not aligned for the dtype (foreign writers)
/// are copied once.
inline void attach(TensorView& view, std::span<const std::byte> bytes,
                   const std::shared_ptr<const void>& owner) {
    view.bytes = bytes.size();
    view.data = bytes.data();
    view.owner = owner;
    if (bytes.empty() ||
        reinterpret_cast<std::uintptr_t>(bytes.data()) % byte_size(view.dtype) == 0)
        return;
    const std::shared_ptr<std::byte[]> copy(new std::byte[bytes.size()]);
    std::memcpy(copy.get(), bytes.data(), bytes.size());
    view.data = copy.get();
    view.owner = copy;
}

}  // namespace univi::model
