#include "core/base/cores.h"

#include <algorithm>
#include <thread>

#include "core/base/error.h"

namespace univi::base {
namespace {

constexpr std::int64_t kMostThreads = 1024;

}  // namespace

int count_cores() {
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

int choose_threads(std::int64_t wanted, int processes) {
    if (wanted < 0)
        throw Error(ErrorKind::Usage, "The number of threads must be 0 (all cores) or more.");
    if (wanted > 0) return static_cast<int>(std::min(wanted, kMostThreads));
    return std::max(1, count_cores() / std::max(1, processes));
}

}  // namespace univi::base
