#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/stop_token.h"

namespace univi::training::demo {

/// Runs a program to its end; its output goes where ours goes. A stop is passed on as SIGTERM and
/// waited for. Throws Error{Stopped}, or Error{Internal} naming the program and how it ended.
void run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                 const base::StopToken& stop);

}  // namespace univi::training::demo
