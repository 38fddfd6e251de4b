#include "core/base/stop_token.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

#include "core/base/error.h"

namespace univi::base {

namespace {

int signal_pipe[2] = {-1, -1};
bool ignores_hang_up = false;

void set_disposition(void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags =
        SA_RESTART;  // reads and writes under way go on; who wants to end asks the token
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    if (!ignores_hang_up) sigaction(SIGHUP, &action, nullptr);
}

/// Restores the default action, so that a second signal kills, and wakes the watcher. Makes
/// async-signal-safe calls only.
void on_signal(int) {
    const int saved_errno = errno;
    set_disposition(SIG_DFL);
    const char byte = 1;
    [[maybe_unused]] const ssize_t written = write(signal_pipe[1], &byte, 1);
    errno = saved_errno;
}

StopSource* start_watching() {
    auto* source =
        new StopSource;  // lives as long as the process: the watcher may use it at any time
    if (pipe2(signal_pipe, O_CLOEXEC) != 0) {
        throw Error(ErrorKind::Internal,
                    "cannot create the pipe that carries stop signals: too many open files");
    }
    std::thread([source] {
        char byte = 0;
        while (read(signal_pipe[0], &byte, 1) < 0 && errno == EINTR) {
        }
        source->request_stop();
    }).detach();
    struct sigaction before = {};
    sigaction(SIGHUP, nullptr, &before);
    ignores_hang_up = before.sa_handler == SIG_IGN;
    set_disposition(on_signal);
    return source;
}

}  // namespace

void throw_if_stopped(const StopToken& token, const char* doing) {
    if (token.stop_requested()) {
        throw Error(ErrorKind::Stopped, std::string("stopped while ") + doing);
    }
}

StopSource& stop_on_signals() {
    static StopSource* source = start_watching();
    return *source;
}

}  // namespace univi::base
