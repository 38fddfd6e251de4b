// The main function of every program that computes: prepares the environment, then opens the
// library beside the program that holds all of it, and LibTorch with it.
//
// By default OpenMP's threads spin for milliseconds at every barrier; beside any other busy process
// (the window, a second run) that makes two threads many times slower than one. The runtime reads
// its settings as it is loaded, so it must not be loaded before they are made. Whoever set
// GOMP_SPINCOUNT or OMP_WAIT_POLICY has decided already.
//
// What is opened at run time is also found sooner: the loader looks for LibTorch's 100,000 symbols
// in LibTorch first.
#include <dlfcn.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kCannotRun = 126;  // as shells say it

/// Replaces the program's name in its path by the library's. Returns false when there is no room.
bool library_beside_program(char (&path)[PATH_MAX]) {
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0) return false;
    path[length] = 0;
    char* name = std::strrchr(path, '/') + 1;
    const std::size_t room = sizeof path - static_cast<std::size_t>(name - path);
    if (std::strlen(UNIVI_PROGRAM_LIBRARY) >= room) return false;
    std::strcpy(name, UNIVI_PROGRAM_LIBRARY);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    // Some 1000 turns are a few microseconds.
    if (std::getenv("OMP_WAIT_POLICY") == nullptr) ::setenv("GOMP_SPINCOUNT", "1000", 0);
    char path[PATH_MAX];
    void* library =
        library_beside_program(path) ? ::dlopen(path, RTLD_LAZY | RTLD_GLOBAL) : nullptr;
    using Main = int(int, char**);
    auto* run = library ? reinterpret_cast<Main*>(::dlsym(library, "univi_main")) : nullptr;
    if (run == nullptr) {
        const char* reason = ::dlerror();
        std::fprintf(stderr,
                     "%s: The library %s of this program, which must lie beside it, cannot be "
                     "opened (%s): build or install it again.\n",
                     argv[0], UNIVI_PROGRAM_LIBRARY, reason ? reason : "its path is too long");
        return kCannotRun;
    }
    return run(argc, argv);
}
