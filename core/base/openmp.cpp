#include "core/base/openmp.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace univi::base {

void start_again_without_spinning(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return;
    // Also for the programs that this one starts. Some 1000 turns are a few microseconds.
    ::setenv("GOMP_SPINCOUNT", "1000", 1);
    ::execv(program.c_str(), argv);  // returns only when it cannot
}

}  // namespace univi::base
