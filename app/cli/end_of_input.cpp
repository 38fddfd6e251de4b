#include "app/cli/end_of_input.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

namespace univi::cli {

void stop_at_end_of_input(base::StopSource& stop) {
    // It sleeps in read() until the end of input or of the process, so nobody can wait for it.
    std::thread([&stop] {
        std::array<char, 4096> bytes;
        ssize_t count = 1;
        while (count > 0 || (count < 0 && errno == EINTR))
            count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        stop.request_stop();
    }).detach();
}

}  // namespace univi::cli
