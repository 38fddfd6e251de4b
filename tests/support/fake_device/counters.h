#pragma once

#include <cstdint>

namespace univi::test::fake {

struct Counters {
    std::int64_t operators = 0;
    std::int64_t host_to_device = 0, host_to_device_bytes = 0;  ///< copies
    std::int64_t device_to_host = 0, device_to_host_bytes = 0;
    std::int64_t between_devices = 0, between_devices_bytes = 0;  ///< counted at the target
    /// Times the host waited for the device: values read, copies that block (in either direction,
    /// as with CUDA), operators whose result has a size that only the device knows, streams,
    /// events and devices waited for.
    std::int64_t synchronisations = 0;
    std::int64_t allocations = 0;
    std::int64_t live_bytes = 0, peak_bytes = 0;
};

}  // namespace univi::test::fake
