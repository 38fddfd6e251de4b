#pragma once

#include <cstdint>
#include <optional>

namespace univi::base {

/// Returns the bytes of a process that are in main memory; `process` 0 means this one. Nothing when
/// there is no such process, or where the system does not tell.
std::optional<std::int64_t> resident_memory(std::int64_t process = 0);

/// Returns the bytes of main memory that the machine has.
std::int64_t machine_memory();

}  // namespace univi::base
