#pragma once

#include <cstdint>
#include <string>

namespace univi::base {

/// Returns "14.2 MB" (powers of 1000; "312 bytes" below 1000).
std::string byte_text(std::uint64_t bytes);

/// Returns "5.0 of 14.2 MB"; in single bytes where both would read alike.
std::string share_text(std::uint64_t have, std::uint64_t whole);

}  // namespace univi::base
