#pragma once

#include <ATen/core/Generator.h>

namespace univi::test::fake {

/// The generator that a device's operators draw from when they are given none.
const at::Generator& default_generator(int device);
at::Generator make_generator(int device);
/// Returns the generator of the CPU that stands behind one of a device.
at::Generator on_cpu(const at::Generator& generator);

}  // namespace univi::test::fake
