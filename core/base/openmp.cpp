#include "core/base/openmp.h"

#include <alloca.h>
#include <unistd.h>

#include <climits>
#include <cstddef>

namespace univi::base {
namespace {

// Some 1000 turns are a few microseconds.
constexpr char kSetting[] = "GOMP_SPINCOUNT=1000";
constexpr const char* kDecided[] = {"GOMP_SPINCOUNT=", "OMP_WAIT_POLICY="};

bool begins_with(const char* text, const char* start) {
    while (*start && *text == *start) ++text, ++start;
    return *start == 0;
}

/// Replaces the process with the same program under kSetting, also for the programs that it starts.
/// Returns only when that is not wanted or not possible. Runs before the C++ library has started:
/// no memory is taken, and nothing but system calls is called.
void start_again(char** argv, char** environment) {
    std::size_t count = 0;
    for (; environment[count]; ++count)
        for (const char* each : kDecided)
            if (begins_with(environment[count], each)) return;
    char program[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return;
    program[length] = 0;
    char** with_setting = static_cast<char**>(alloca((count + 2) * sizeof(char*)));
    with_setting[0] = const_cast<char*>(kSetting);
    for (std::size_t i = 0; i <= count; ++i) with_setting[i + 1] = environment[i];
    ::execve(program, argv, with_setting);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
void before_all_libraries(int, char** argv, char** environment) {
    start_again(argv, environment);
}

/// The loader calls these of a program before it starts any library.
__attribute__((section(".preinit_array"),
               used)) void (*const kBeforeAllLibraries)(int, char**, char**) = before_all_libraries;
#endif

}  // namespace

void start_again_without_spinning(char** argv) {
    start_again(argv, environ);
}

}  // namespace univi::base
