#pragma once

#include <cstdint>

namespace univi::training {

/// What the memory behind large CPU tensors amounts to, in bytes.
struct TensorMemoryState {
    std::int64_t live = 0;    ///< held by tensors
    std::int64_t mapped = 0;  ///< taken from the system: live and kept for the next tensor
    std::int64_t peak = 0;    ///< most that was live at once
};

/// From here on tensors of 128 KiB and more on the CPU lie in maps of their own, which are kept and used again, and given back
/// to the system before the program holds more than its tensors ever needed at once. The C library's heap instead grows with
/// every new length of a batch: an aligned block that was freed is not taken for the next one of the same size (glibc before
/// 2.38, bug 14581). Call it once, before the first tensor.
void use_tensor_memory();

TensorMemoryState tensor_memory_state();

}  // namespace univi::training
