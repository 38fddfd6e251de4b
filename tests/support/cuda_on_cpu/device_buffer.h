#pragma once

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/cuda_on_cpu/tracked_memory.h"

namespace univi::cuda_on_cpu {

/// Memory of the device that a test hands to kernels, at 256 bytes as cudaMalloc gives it.
template <class T>
class DeviceBuffer {
  public:
    /// Without values: a kernel that reads an element before one wrote it fails.
    explicit DeviceBuffer(std::size_t size, const std::string& name = "memory")
        : DeviceBuffer(size, name, false) {}
    explicit DeviceBuffer(const std::vector<T>& values, const std::string& name = "memory")
        : DeviceBuffer(values.size(), name, true) {
        std::copy(values.begin(), values.end(), data());
    }
    ~DeviceBuffer() { remove_device_memory(memory_.get()); }
    DeviceBuffer(const DeviceBuffer&) = delete;
    DeviceBuffer& operator=(const DeviceBuffer&) = delete;

    T* data() { return reinterpret_cast<T*>(memory_.get()); }
    /// Throws when there are elements that nobody wrote.
    std::vector<T> values() {
        if (const auto index = tracked_->first_without_value(); index >= 0)
            throw std::runtime_error("nobody wrote element " + std::to_string(index));
        return {data(), data() + size_};
    }

  private:
    struct Free {
        void operator()(void* memory) const { std::free(memory); }
    };
    DeviceBuffer(std::size_t size, const std::string& name, bool holds_values)
        : size_(size),
          memory_(std::aligned_alloc(256, (size * sizeof(T) + 255) / 256 * 256 + 256)),
          tracked_(
              add_device_memory(name, memory_.get(), size * sizeof(T), sizeof(T), holds_values)) {}

    std::size_t size_;
    std::unique_ptr<void, Free> memory_;
    std::shared_ptr<TrackedMemory> tracked_;
};

}  // namespace univi::cuda_on_cpu
