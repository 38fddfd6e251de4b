#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "tests/support/fake_device/counters.h"

namespace univi::test::fake {

/// How many devices there are; settled at the first call.
int device_count();

/// The memory of all devices: for each a range of addresses that host code cannot touch, handed out
/// in whole pages. A block is open to the host while some operator uses it. Thread-safe.
class DeviceMemory {
  public:
    static DeviceMemory& instance();

    /// Throws c10::OutOfMemoryError as a GPU's allocator does. Zero bytes: null.
    void* allocate(int device, std::size_t bytes);
    void free(void* block);
    /// Lets the host touch a block until as many calls of close(). Null is allowed.
    void open(void* block);
    void close(void* block);
    /// Returns the block that this address lies in, or null.
    void* block_of(const void* address) const;
    /// Returns the device whose memory this address is, or -1.
    int device_of(const void* address) const;

    void set_limit(int device, std::int64_t bytes);
    std::int64_t limit(int device);

    /// Changes the counters of a device.
    template <typename Change>
    void count(int device, Change&& change) {
        const std::lock_guard lock(mutex_);
        change(devices_[static_cast<std::size_t>(device)].counters);
    }
    Counters counters(int device);

  private:
    struct Block {
        std::size_t pages = 0;  ///< in bytes, whole pages
        std::size_t bytes = 0;  ///< asked for
        int opened = 0;
    };
    struct Device {
        std::uintptr_t begin = 0;
        std::map<std::uintptr_t, std::size_t> free;  ///< ranges by their address
        std::map<std::uintptr_t, Block> blocks;
        std::int64_t limit = 0;
        Counters counters;
    };

    DeviceMemory();
    std::uintptr_t take(Device& device, std::size_t pages);
    static void give_back(Device& device, std::uintptr_t address, std::size_t pages);

    mutable std::mutex mutex_;
    std::vector<Device> devices_;
};

}  // namespace univi::test::fake
