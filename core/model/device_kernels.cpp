#include "core/model/device_kernels.h"

#include <ATen/core/dispatch/Dispatcher.h>

namespace univi::model {
namespace {

c10::DispatchKey key_of(c10::Device device) {
    if (device.is_cuda()) return c10::DispatchKey::CUDA;
    return device.is_cpu() ? c10::DispatchKey::CPU : c10::DispatchKey::PrivateUse1;
}

}  // namespace

bool has_device_kernel(const char* name, c10::Device device) {
    const auto op = c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
    const c10::DispatchKey key = key_of(device);
    // A library's device runs what it has no kernel of on the CPU.
    return op.hasKernelForDispatchKey(key) || (key == c10::DispatchKey::PrivateUse1 &&
                                               op.hasKernelForDispatchKey(c10::DispatchKey::CPU));
}

}  // namespace univi::model
