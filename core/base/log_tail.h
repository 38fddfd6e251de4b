#pragma once

#include <string>
#include <vector>

namespace univi::base {

/// Returns the last lines that log() wrote in this process, oldest first, at most `most` and at
/// most 200. Thread-safe.
std::vector<std::string> log_tail(std::size_t most);

/// Returns a text with every path in it shortened to "<path>": what files people have is not what a
/// report is about.
std::string without_paths(const std::string& text);

}  // namespace univi::base
