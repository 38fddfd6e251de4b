#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace univi::model {

// Free of LibTorch on purpose: these are the readers of untrusted files, and fuzzers and sanitizers
// see inside them.

enum class DType : std::uint8_t { F64, F32, F16, BF16, I64, I32, I16, I8, U8, Bool };
std::size_t byte_size(DType dtype);
/// safetensors spelling: "F32", "BF16", …
std::string_view to_string(DType dtype);

/// A typed view of bytes that somebody else owns (a memory map). `stride` counts elements; data
/// points at element 0.
struct TensorView {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> stride;
    const std::byte* data = nullptr;
    std::size_t bytes = 0;              ///< bytes reachable from data (whole storage when strided)
    std::shared_ptr<const void> owner;  ///< keeps data alive
    std::filesystem::path file;         ///< for messages
    std::int64_t num_elements() const;
    bool is_contiguous() const;
};

/// Name -> tensor, sorted by name.
using TensorTable = std::map<std::string, TensorView, std::less<>>;

}  // namespace univi::model
