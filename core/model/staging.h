#pragma once

#include <ATen/core/Tensor.h>

namespace univi::model {

/// fp32 memory on the host for values that go to `device` next. Unless that is the CPU it is
/// page-locked, so that the copy runs beside what the host does meanwhile. Whoever wrote it may let
/// it go as soon as the copy was asked for.
at::Tensor staging_memory(at::IntArrayRef sizes, c10::Device device);

/// Copies host values to `device`, and converts them there: from page-locked memory without waiting
/// for the copy.
at::Tensor to_device(const at::Tensor& host, c10::Device device, c10::ScalarType dtype);

}  // namespace univi::model
