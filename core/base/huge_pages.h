#pragma once

#include <cstddef>

namespace univi::base {

/// Asks the kernel to back memory of this process, or a file's map, which is not filled yet, with
/// pages of 2 MiB where it lies in whole ones: what is read from one end to the other is read up to
/// twice as fast, most of all in a virtual machine. Does nothing where the kernel has none to give.
void use_huge_pages(void* memory, std::size_t bytes);

}  // namespace univi::base
