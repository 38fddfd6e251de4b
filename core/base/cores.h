#pragma once

#include <cstdint>

namespace univi::base {

/// Cores this process may use, at least 1.
int count_cores();

/// Threads to compute with: `wanted`, or with 0 a share of the cores where `processes` of this
/// machine work together. Throws Error{Usage} below 0.
int choose_threads(std::int64_t wanted, int processes = 1);

}  // namespace univi::base
