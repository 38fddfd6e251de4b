#include "core/model/staging.h"

#include <ATen/ATen.h>

namespace univi::model {

at::Tensor staging_memory(at::IntArrayRef sizes, c10::Device device) {
    return at::empty(sizes, at::TensorOptions().dtype(c10::kFloat).pinned_memory(!device.is_cpu()));
}

at::Tensor to_device(const at::Tensor& host, c10::Device device, c10::ScalarType dtype) {
    if (device.is_cpu() || !host.is_cpu() || !host.is_pinned()) return host.to(device, dtype);
    return host.to(device, host.scalar_type(), /*non_blocking=*/true).to(dtype);
}

}  // namespace univi::model
