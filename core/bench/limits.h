#pragma once

#include <c10/core/ScalarType.h>

namespace univi::bench {

/// Bytes a second that all threads together read from memory: the best of several passes over 256
/// MiB in huge pages.
double read_bandwidth();

/// Multiplications and additions a second of a large matrix product in `type` on the CPU, a float
/// type or kChar: the best of several.
double matrix_peak(c10::ScalarType type);

}  // namespace univi::bench
