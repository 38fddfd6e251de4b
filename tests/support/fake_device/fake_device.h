#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/fake_device/counters.h"

/// A device that is not the CPU, for tests on machines without a GPU: LibTorch's PrivateUse1
/// backend under the name "fake". Its tensors lie in pages that host code cannot touch; operators
/// run on the CPU over the same memory while its pages are open. Loading the library registers the
/// device. What is counted is what it would cost on a GPU.
///
/// The environment says, for programs that open the library by UNIVI_DEVICE_LIBRARY:
///   UNIVI_FAKE_DEVICES       how many devices there are (2)
///   UNIVI_FAKE_MEMORY        bytes that each holds, "a,b" for each apart (1 TiB)
///   UNIVI_FAKE_LOST          "device:operators": the device is lost after so many operators
///   UNIVI_FAKE_REPORT        file that gets the counters of all devices as JSON at the exit, with
///                            ".<process>" behind its name
namespace univi::test::fake {

/// Returns the counters of a device as they stand.
Counters counters(int device);
/// Returns what was counted between two readings; live and peak as in the later one.
Counters operator-(const Counters& later, const Counters& earlier);
/// Makes the live bytes the peak.
void reset_peak(int device);

/// Bounds the memory of a device from now on.
void set_memory(int device, std::int64_t bytes);
/// After `operators` more operators every use of the device fails; a negative number heals it.
void lose_after(int device, std::int64_t operators);

/// Opens the block that holds `address` to the host while this lives: for a library that works on
/// the device's memory as an operator does. The checker of streams hears that `stream` (its native
/// handle) uses it. Another address than one of the device is left alone.
class MemoryUse {
  public:
    MemoryUse(const void* address, const void* stream, bool writes, const std::string& what);
    ~MemoryUse();
    MemoryUse(const MemoryUse&) = delete;
    MemoryUse& operator=(const MemoryUse&) = delete;

  private:
    void* block_;
};

/// Returns the names of the operators that synchronised or copied, in order, since the last call.
std::vector<std::string> take_waits();
/// Returns the uses of memory before it was ready, or after it was given back, that the checker of
/// streams found, since the last call.
std::vector<std::string> take_stream_faults();

}  // namespace univi::test::fake
