#include "training/distributed/launcher.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/protocol/train_failure.h"
#include "training/distributed/rank_environment.h"

extern char** environ;

namespace univi::training {

using base::Error;
using base::ErrorKind;
using base::FileDescriptor;
using Clock = std::chrono::steady_clock;
namespace train = protocol::train;

namespace {

/// Listens at `port`; 0 and the socket, or errno. Port 0 gives a free one in `port`.
int listen_at(int& port, FileDescriptor& listener) {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return errno;
    const int yes = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    socklen_t size = sizeof address;
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(socket.get(), SOMAXCONN) != 0)
        return errno;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0)
        port = ntohs(address.sin_port);
    listener = std::move(socket);
    return 0;
}

struct Rank {
    pid_t id = -1;
    FileDescriptor error_pipe;
    std::string line;  ///< stderr so far without its newline
    bool is_running = true;
    int status = 0;
    std::optional<Clock::time_point> stopped_since;
};

class Launcher {
  public:
    explicit Launcher(LaunchOptions options) : options_(std::move(options)) {}
    int run();

  private:
    void start(int rank);
    [[noreturn]] void become_rank(int rank, int error_pipe,
                                  const std::vector<std::string>& environment) const;
    std::vector<std::string> environment_of(int rank) const;
    void wait_for_something();
    void forward_signals();
    void read_stderr(std::size_t rank);
    void flush_line(std::size_t rank);
    void collect_children();
    void ended(std::size_t rank, int status);
    void fail(std::size_t rank, const std::string& cause);
    void end_overdue();
    void signal_all(int number) const;
    bool any_running() const;
    void write_last_event() const;

    LaunchOptions options_;
    std::vector<Rank> ranks_;
    FileDescriptor signals_;
    bool is_stopping_ = false;
    std::optional<Clock::time_point> failed_at_;
    int exit_code_ = 0;
    std::string last_words_;
};

std::string signal_text(int number) {
    const char* name = ::sigdescr_np(number);
    return "signal " + std::to_string(number) +
           (name ? " (" + std::string(name) + ")" : std::string());
}

std::vector<std::string> Launcher::environment_of(int rank) const {
    std::vector<std::pair<std::string, std::string>> set = {
        {"RANK", std::to_string(rank)},
        {"WORLD_SIZE", std::to_string(options_.num_ranks)},
        {"LOCAL_RANK", std::to_string(rank)},
        {"LOCAL_WORLD_SIZE", std::to_string(options_.num_ranks)},
        {"MASTER_ADDR", "127.0.0.1"},
        {"MASTER_PORT", std::to_string(options_.port)}};
    if (rank == 0 && options_.listener)
        set.emplace_back(kListenerVariable, std::to_string(options_.listener.get()));
    if (!options_.visible_devices.empty())
        set.emplace_back("CUDA_VISIBLE_DEVICES", options_.visible_devices);
    std::vector<std::string> result;
    std::string failure_variable = train::kFailureVariable;
    failure_variable += '=';
    for (char** each = environ; *each; ++each) {
        const std::string entry = *each;
        const bool is_set = std::any_of(set.begin(), set.end(), [&](const auto& one) {
            return entry.starts_with(one.first + "=");
        });
        // What the others say of a failure follows from what rank 0 is told.
        const bool is_for_first = entry.starts_with(failure_variable);
        if (!is_set && (rank == 0 || !is_for_first)) result.push_back(entry);
    }
    for (const auto& [name, value] : set) result.push_back(name + "=" + value);
    return result;
}

/// Prepares the child. A process group of its own keeps a terminal's Ctrl-C to the launcher, which
/// hands it on once.
void Launcher::become_rank(int rank, int error_pipe,
                           const std::vector<std::string>& environment) const {
    ::setpgid(0, 0);
    // a launcher that is killed takes its ranks along; they save and stop
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::dup2(error_pipe, STDERR_FILENO);
    if (rank == 0 && options_.listener) ::fcntl(options_.listener.get(), F_SETFD, 0);  // goes along
    if (rank != 0) {
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
    }
    std::vector<char*> arguments, variables;
    for (const std::string& each : options_.command)
        arguments.push_back(const_cast<char*>(each.c_str()));
    for (const std::string& each : environment)
        variables.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    variables.push_back(nullptr);
    ::execve("/proc/self/exe", arguments.data(), variables.data());
    ::_exit(127);
}

void Launcher::start(int rank) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw Error(ErrorKind::Internal, std::string("Rank ") + std::to_string(rank) +
                                             " cannot be started: " + std::strerror(errno) + ".");
    FileDescriptor out(ends[0]);
    const FileDescriptor in(ends[1]);
    const std::vector<std::string> environment = environment_of(rank);
    const pid_t id = ::fork();
    if (id < 0)
        throw Error(ErrorKind::Internal, std::string("Rank ") + std::to_string(rank) +
                                             " cannot be started: " + std::strerror(errno) + ".");
    if (id == 0) become_rank(rank, in.get(), environment);
    ::fcntl(out.get(), F_SETFL, O_NONBLOCK);
    Rank& started = ranks_.emplace_back();
    started.id = id;
    started.error_pipe = std::move(out);
}

int Launcher::run() {
    sigset_t watched;
    sigemptyset(&watched);
    for (const int number : {SIGTERM, SIGINT, SIGUSR1, SIGCHLD}) sigaddset(&watched, number);
    ::sigprocmask(SIG_BLOCK, &watched, nullptr);
    signals_ = FileDescriptor(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
    for (int rank = 0; rank < options_.num_ranks; ++rank) start(rank);
    options_.listener.reset();  // rank 0 has it
    while (any_running()) {
        wait_for_something();
        forward_signals();
        for (std::size_t i = 0; i < ranks_.size(); ++i) read_stderr(i);
        collect_children();
        end_overdue();
    }
    for (std::size_t i = 0; i < ranks_.size(); ++i) read_stderr(i), flush_line(i);
    if (failed_at_ && WIFSIGNALED(ranks_[0].status)) write_last_event();
    return exit_code_;
}

bool Launcher::any_running() const {
    return std::any_of(ranks_.begin(), ranks_.end(),
                       [](const Rank& rank) { return rank.is_running; });
}

void Launcher::wait_for_something() {
    std::vector<pollfd> waited{{signals_.get(), POLLIN, 0}};
    for (const Rank& rank : ranks_)
        if (rank.error_pipe) waited.push_back({rank.error_pipe.get(), POLLIN, 0});
    ::poll(waited.data(), waited.size(), 500);
}

void Launcher::forward_signals() {
    signalfd_siginfo info = {};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        const int number = static_cast<int>(info.ssi_signo);
        if (number == SIGCHLD) continue;
        is_stopping_ = is_stopping_ || number != SIGUSR1;
        signal_all(number);
    }
}

void Launcher::signal_all(int number) const {
    for (const Rank& rank : ranks_)
        if (rank.is_running) ::kill(rank.id, number);
}

void Launcher::flush_line(std::size_t rank) {
    std::string& line = ranks_[rank].line;
    if (line.empty()) return;
    std::fprintf(stderr, "[rank %zu] %s\n", rank, line.c_str());
    line.clear();
}

void Launcher::read_stderr(std::size_t index) {
    Rank& rank = ranks_[index];
    char bytes[4096];
    while (rank.error_pipe) {
        const ssize_t count = ::read(rank.error_pipe.get(), bytes, sizeof bytes);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return;  // nothing more for now
        if (count == 0) {
            rank.error_pipe.reset();
            return;
        }
        for (ssize_t i = 0; i < count; ++i) {
            if (bytes[i] == '\n')
                flush_line(index);
            else
                rank.line += bytes[i];
        }
    }
}

void Launcher::collect_children() {
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
        int status = 0;
        while (ranks_[i].is_running &&
               ::waitpid(ranks_[i].id, &status, WNOHANG | WUNTRACED | WCONTINUED) == ranks_[i].id) {
            if (WIFSTOPPED(status)) {
                ranks_[i].stopped_since = Clock::now();
                base::log_warning("Rank " + std::to_string(i) + " (process " +
                                  std::to_string(ranks_[i].id) + ") is stopped by " +
                                  signal_text(WSTOPSIG(status)) + ".");
            } else if (WIFCONTINUED(status)) {
                ranks_[i].stopped_since.reset();
            } else {
                ended(i, status);
            }
        }
    }
}

void Launcher::ended(std::size_t index, int status) {
    Rank& rank = ranks_[index];
    rank.is_running = false;
    rank.status = status;
    read_stderr(index);
    flush_line(index);
    if (WIFSIGNALED(status)) {
        exit_code_ = std::max(exit_code_, 1);
        if (!failed_at_) fail(index, "was ended by " + signal_text(WTERMSIG(status)));
        return;
    }
    const int code = WEXITSTATUS(status);
    exit_code_ = std::max(exit_code_, code);
    if (code == 0 || failed_at_ || is_stopping_) return;
    // Who waits for a stopped rank gives up first; the stopped one is the cause.
    for (std::size_t i = 0; i < ranks_.size(); ++i)
        if (ranks_[i].is_running && ranks_[i].stopped_since)
            return fail(i, "was stopped and the others gave it up");
    fail(index, "ended with exit code " + std::to_string(code) + ", its message stands above");
}

void Launcher::fail(std::size_t rank, const std::string& cause) {
    failed_at_ = Clock::now();
    exit_code_ = std::max(exit_code_, 1);
    last_words_ = "Rank " + std::to_string(rank) + " (process " + std::to_string(ranks_[rank].id) +
                  ") " + cause +
                  "; the run ends with it and can be started again from its newest checkpoint.";
    base::log_error(last_words_);
}

/// Writes the last event for a rank 0 that was killed.
void Launcher::write_last_event() const {
    const train::ErrorEvent error{"internal", last_words_, protocol::Fault::RankLost, {}};
    train::keep_failure(error);
    const std::string line = train::to_line(error) + "\n";
    std::fputs(line.c_str(), stdout);
    std::fflush(stdout);
    const FileDescriptor file(
        ::open((options_.output_dir / "events.jsonl").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!file) return;
    [[maybe_unused]] const ssize_t written = ::write(file.get(), line.data(), line.size());
}

void Launcher::end_overdue() {
    const auto now = Clock::now();
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
        Rank& rank = ranks_[i];
        if (!rank.is_running || !rank.stopped_since ||
            now - *rank.stopped_since < options_.stopped_limit)
            continue;
        if (!failed_at_)
            fail(i, "has been stopped for " +
                        std::to_string(options_.stopped_limit / std::chrono::seconds(1)) + " s");
        ::kill(rank.id, SIGKILL);
        rank.stopped_since.reset();
    }
    if (!failed_at_ || now - *failed_at_ < options_.patience) return;
    signal_all(SIGKILL);
}

}  // namespace

HeldPort hold_port(int port) {
    HeldPort held{port, {}};
    if (listen_at(held.port, held.listener) == 0) return held;
    held.port = 0;
    if (const int error = listen_at(held.port, held.listener))
        throw Error(ErrorKind::Internal, std::string("No port can be opened on this host: ") +
                                             std::strerror(error) + ".");
    base::log_warning("Port " + std::to_string(port) + " is in use; port " +
                      std::to_string(held.port) + " is taken instead.");
    return held;
}

int find_free_port(int port) {
    return hold_port(port).port;
}

int launch_local_ranks(LaunchOptions options) {
    return Launcher(std::move(options)).run();
}

}  // namespace univi::training
