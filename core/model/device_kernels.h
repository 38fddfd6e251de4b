#pragma once

#include <c10/core/Device.h>

namespace univi::model {

/// Returns true where the dispatcher has a kernel of the operator `name` for a device: for our own
/// operators on a GPU once libunivi_cuda.so is open. `name` must be defined.
bool has_device_kernel(const char* name, c10::Device device);

}  // namespace univi::model
