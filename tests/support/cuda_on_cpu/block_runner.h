#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "tests/support/cuda_on_cpu/tracked_memory.h"

namespace univi::cuda_on_cpu {

/// Three sizes or places, as CUDA's dim3 and uint3.
struct Extent {
    unsigned x = 1, y = 1, z = 1;
    constexpr Extent(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
    std::int64_t count() const { return std::int64_t{x} * y * z; }
};

/// Where the thread of the kernel that runs now stands.
struct Indices {
    Extent thread_index{0, 0, 0}, block_index{0, 0, 0}, block_size, grid_size;
};
inline Indices indices;

/// What a launch asks for.
struct LaunchSize {
    const char* kernel;
    Extent grid, block;
    std::size_t shared_bytes;
};

/// Runs a kernel: block after block, each thread of a block as a fibre. `thread` is what one thread
/// does. Throws KernelFailure on what TrackedMemory and the barriers find: one that not all threads
/// of a block or of a warp's mask reach, one that a thread has left the kernel before, threads of
/// one block at two different ones.
void run_kernel(const LaunchSize& size, const std::function<void()>& thread);

/// The line that calls a function which takes this by default: std::source_location, which clang 14
/// (clang-tidy's) lacks.
struct SourcePlace {
    const char* file;
    unsigned line;
    static SourcePlace current(const char* file = __builtin_FILE(),
                               unsigned line = __builtin_LINE()) {
        return {file, line};
    }
};

/// Waits for all threads of the block.
void wait_for_block(const SourcePlace& where);
/// Waits for the threads of the warp that `mask` names, hands `value` out and takes that of lane
/// `from`, which must be one of them. Orders no memory.
std::uint64_t exchange_in_warp(unsigned mask, std::uint64_t value, int from,
                               const SourcePlace& where);
/// Waits for the threads of the warp that `mask` names: all there are. Orders their memory.
void wait_for_warp(unsigned mask, const SourcePlace& where);

/// Returns the block's shared array that a declaration (its key) means: `count` elements.
TrackedMemory& shared_array(const void* key, const char* name, std::size_t count,
                            std::size_t element);
/// Returns the array that the launch asked for.
TrackedMemory& dynamic_shared_array(const char* name, std::size_t element);

}  // namespace univi::cuda_on_cpu
