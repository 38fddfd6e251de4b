#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace univi::cuda_on_cpu {

/// What a kernel did that no GPU promises to do: named with kernel, block and thread.
class KernelFailure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The thread of a kernel that runs now, and the phase that it is in.
struct ThreadPlace {
    const char* kernel = "";
    std::int64_t launch = 0;  ///< counted from 1; 0: no kernel runs
    std::int64_t block = -1;  ///< within the grid
    int thread = -1;          ///< within the block
    int phase = 0;            ///< barriers of the block that are behind
    int warp_phase = 0;       ///< barriers of the warp that are behind

    int warp() const { return thread / 32; }
};

/// Of the process: kernels run one after the other, in one of its threads.
ThreadPlace& current_place();

/// Ends the kernel that runs: throws KernelFailure with its name before `what`.
[[noreturn]] void fail(const std::string& what);

/// "thread 3 of block 7".
std::string name_of(int thread, std::int64_t block);

/// Memory that kernels touch, and who touched each of its elements last. A read of what nobody
/// wrote, an access beyond the ends, and two accesses of one element of which one writes, without
/// a barrier between (for memory of the device: from two blocks of a launch), are failures.
/// Barriers of a warp order its own threads only; atomic operations do not race with each other.
class TrackedMemory {
  public:
    enum class Kind { Device, Shared };

    /// Borrows `begin`, `bytes` long, in elements of `element` bytes. Shared memory holds nothing
    /// when a block begins; of the device's `holds_values` says it.
    TrackedMemory(Kind kind, std::string name, void* begin, std::size_t bytes, std::size_t element,
                  bool holds_values);

    void read(const void* at, std::size_t bytes);
    void write(const void* at, std::size_t bytes);
    /// An atomic operation: reads and writes.
    void update(const void* at, std::size_t bytes);

    std::byte* begin() const { return begin_; }
    std::size_t bytes() const { return bytes_; }
    std::size_t element() const { return element_; }
    /// Returns the number of the first element that nobody wrote; none: -1.
    std::int64_t first_without_value() const;

  private:
    struct Writer {
        std::int64_t launch = 0, block = -1;
        int thread = -1, phase = 0, warp_phase = 0;
        bool atomic = false;
    };
    /// Of one warp in one phase of it: two threads, so that for each there is another.
    struct WarpReaders {
        int warp, warp_phase, first, second;
    };
    struct Cell {
        Writer writer;
        // The first reader of a launch, and all warps that read in a phase of a block.
        std::int64_t read_launch = 0, first_block = -1, read_block = -1;
        int first_thread = -1, read_phase = -1;
        std::vector<WarpReaders> readers;
        bool has_value = false;
    };

    template <class Visit>
    void visit(const void* at, std::size_t bytes, const char* verb, Visit each);
    void check_value(std::size_t index, const Cell& cell);
    void check_writer(std::size_t index, const Cell& cell, const char* verb, bool atomic);
    void check_readers(std::size_t index, const Cell& cell);
    void note_reader(Cell& cell);
    void note_writer(Cell& cell, bool atomic);
    [[noreturn]] void race(std::size_t index, int other, std::int64_t other_block,
                           const char* other_verb, const char* verb);
    std::string element_name(std::size_t index) const;

    Kind kind_;
    std::string name_;
    std::byte* begin_;
    std::size_t bytes_, element_;
    std::vector<Cell> cells_;
};

/// Makes memory known as the device's, in place of what was known at these addresses. Borrows it.
std::shared_ptr<TrackedMemory> add_device_memory(const std::string& name, void* begin,
                                                 std::size_t bytes, std::size_t element,
                                                 bool holds_values);
void remove_device_memory(const void* begin);
/// Returns the device memory that an address lies in or right behind. Throws KernelFailure when it
/// lies in none.
TrackedMemory* device_memory_at(const void* at);

}  // namespace univi::cuda_on_cpu
