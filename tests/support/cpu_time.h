#pragma once

#include <ctime>

namespace univi::test {

/// Seconds that the calling thread has computed: a busy machine does not lengthen them.
inline double cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace univi::test
