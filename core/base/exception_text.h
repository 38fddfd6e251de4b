#pragma once

#include <exception>
#include <optional>
#include <string>

namespace univi::base {

/// Returns the first line of what an error says: LibTorch's carry a stack behind it.
std::string first_line(const std::exception& error);

/// Tells whether an error means that memory ran out, of the machine or of a GPU: std::bad_alloc,
/// and the words of LibTorch, oneDNN and the C library.
bool is_out_of_memory(const std::exception& error);

/// What LibTorch says of a device, not the CPU, that had no memory for a tensor.
struct DeviceShortage {
    std::string device;  ///< "GPU 0"
    std::string wanted;  ///< "20.00 MiB"
};
/// Nothing for other errors.
std::optional<DeviceShortage> device_shortage(const std::exception& error);

}  // namespace univi::base
