#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

namespace univi::bench {

/// Waits until a device has done what it was asked for; the CPU always has.
void wait_for(c10::Device device);

/// Bytes a second that a device reads from its memory; of the CPU, all threads together. The best
/// of several passes over 1 GiB, on the CPU 256 MiB in huge pages.
double read_bandwidth(c10::Device device = c10::kCPU);

/// Multiplications and additions a second of a large matrix product in `type`, a float type or on
/// the CPU also kChar: the best of several.
double matrix_peak(c10::ScalarType type, c10::Device device = c10::kCPU);

}  // namespace univi::bench
