#pragma once

#include <cstddef>

namespace univi::test {

/// Highest number of bytes allocated at one time by `new` since reset_peak(), above what was
/// allocated then. 0 where a sanitizer owns the allocator.
std::size_t peak_since_reset();
void reset_peak();
bool peak_is_measured();

}  // namespace univi::test
