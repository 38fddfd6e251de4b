#pragma once

#include <cstdint>

namespace univi::model {

/// What the memory behind large CPU tensors amounts to, in bytes.
struct TensorMemoryState {
    std::int64_t live = 0;    ///< held by tensors
    std::int64_t mapped = 0;  ///< taken from the system: live and kept for the next tensor
    std::int64_t peak = 0;    ///< most that was live at once
};

/// Bounds what a process keeps when the lengths of its batches or prompts vary. Call it before the
/// first tensor; a second call does nothing. Thread-safe. It does three things:
/// - Tensors of 128 KiB and more on the CPU lie in maps of their own, which are kept and used
///   again, and given back to the
///   system before the program holds more than its tensors ever needed at once. glibc before 2.38
///   does not take an aligned block that was freed for the next one of the same size (bug 14581),
///   so its heap grows with every new length.
/// - oneDNN keeps the compiled kernels of 64 shapes instead of 1024,
///   unless ONEDNN_PRIMITIVE_CACHE_CAPACITY or
///   LRU_CACHE_CAPACITY say otherwise.
/// - Other large blocks (frames, files) are given back to the system when they are freed.
void use_tensor_memory();

TensorMemoryState tensor_memory_state();

}  // namespace univi::model
