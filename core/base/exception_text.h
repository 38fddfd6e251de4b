#pragma once

#include <exception>
#include <string>

namespace univi::base {

/// Returns the first line of what an error says: LibTorch's carry a stack behind it.
std::string first_line(const std::exception& error);

/// Tells whether an error means that memory ran out, of the machine or of a GPU: std::bad_alloc,
/// and the words of LibTorch, oneDNN and the C library.
bool is_out_of_memory(const std::exception& error);

}  // namespace univi::base
