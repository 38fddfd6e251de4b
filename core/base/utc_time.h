#pragma once

#include <string>

namespace univi::base {

/// Returns the present time in UTC as `format` (strftime's) writes it, at most 63 characters.
/// Without one: "2026-11-29T08:30:00Z".
std::string utc_time(const char* format = "%Y-%m-%dT%H:%M:%SZ");

}  // namespace univi::base
