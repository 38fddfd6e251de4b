#pragma once

#include <string>
#include <vector>

namespace univi::test::fake {

/// Counts an operator. Throws c10::AcceleratorError, as LibTorch does for a GPU's errors, when the
/// device is lost.
void count_operator(int device);

/// What waited or copied, by name.
void note_transfer(const std::string& what);

}  // namespace univi::test::fake
