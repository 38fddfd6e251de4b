#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace univi::test {

namespace {

struct Pipe {
    int read_end = -1, write_end = -1;
    Pipe() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
        read_end = ends[0];
        write_end = ends[1];
    }
};

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& over) {
    std::vector<std::string> out;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        if (!over.contains(text.substr(0, text.find('=')))) out.push_back(text);
    }
    for (const auto& [name, value] : over) out.push_back(name + "=" + value);
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

pid_t spawn(const ProcessOptions& options, const Pipe& in, const Pipe& out, const Pipe& err) {
    auto command = options.command;
    auto environment = merged_environment(options.environment);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.read_end, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);
    if (!options.folder.empty())
        posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
    pid_t id = -1;
    const int failed = posix_spawn(&id, command.front().c_str(), &actions, nullptr,
                                   pointers(command).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + options.command.front());
    return id;
}

}  // namespace

/// Reads one pipe to its end on a thread.
struct Process::Collector {
    explicit Collector(int descriptor) : thread([this, descriptor] { collect(descriptor); }) {}
    ~Collector() { thread.join(); }

    void collect(int descriptor) {
        char bytes[65536];
        for (;;) {
            const ssize_t count = read(descriptor, bytes, sizeof bytes);
            if (count < 0 && errno == EINTR) continue;
            const std::lock_guard lock(mutex);
            if (count <= 0) {
                ended = true;
                changed.notify_all();
                break;
            }
            text.append(bytes, static_cast<std::size_t>(count));
            changed.notify_all();
        }
        close(descriptor);
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::string text;
    bool ended = false;
    std::thread thread;  // last: started when the rest is there
};

Process::Process(const ProcessOptions& options) {
    ::signal(SIGPIPE, SIG_IGN);
    const Pipe in, out, err;
    id_ = spawn(options, in, out, err);
    close(in.read_end);
    close(out.write_end);
    close(err.write_end);
    stdin_ = in.write_end;
    out_ = std::make_unique<Collector>(out.read_end);
    err_ = std::make_unique<Collector>(err.read_end);
}

Process::~Process() {
    close_stdin();
    if (!exit_) {
        kill(id_, SIGKILL);
        int status = 0;
        waitpid(id_, &status, 0);
    }
}

bool Process::write(const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t count = ::write(stdin_, text.data() + sent, text.size() - sent);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        sent += static_cast<std::size_t>(count);
    }
    return true;
}

void Process::close_stdin() {
    if (stdin_ >= 0) close(stdin_);
    stdin_ = -1;
}

std::optional<std::string> Process::read_line(std::chrono::milliseconds timeout) {
    std::unique_lock lock(out_->mutex);
    const auto has_line = [&] { return out_->ended || out_->text.find('\n') != std::string::npos; };
    if (!out_->changed.wait_for(lock, timeout, has_line)) return std::nullopt;
    const auto end = out_->text.find('\n');
    if (end == std::string::npos) return std::nullopt;
    std::string line = out_->text.substr(0, end);
    out_->text.erase(0, end + 1);
    return line;
}

std::optional<std::string> Process::read_until(
    const std::function<bool(const std::string&)>& wanted, std::vector<std::string>* seen,
    std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        auto line = read_line(std::max(left, 0ms));
        if (!line || wanted(*line)) return line;
        if (seen) seen->push_back(*line);
    }
}

std::optional<int> Process::wait(std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!exit_) {
        int status = 0;
        if (waitpid(id_, &status, WNOHANG) == id_)
            exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        else if (std::chrono::steady_clock::now() > deadline)
            return std::nullopt;
        else
            std::this_thread::sleep_for(5ms);
    }
    return exit_;
}

void Process::signal(int number) {
    if (!exit_) kill(id_, number);
}

std::string Process::rest_of_stdout() {
    std::unique_lock lock(out_->mutex);
    if (exit_) out_->changed.wait_for(lock, 10s, [&] { return out_->ended; });
    return out_->text;
}

std::string Process::stderr_text() {
    std::unique_lock lock(err_->mutex);
    if (exit_) err_->changed.wait_for(lock, 10s, [&] { return err_->ended; });
    return err_->text;
}

ProcessResult run_process(const ProcessOptions& options, const std::string& input,
                          std::chrono::milliseconds timeout) {
    Process process(options);
    process.write(input);
    process.close_stdin();
    auto code = process.wait(timeout);
    if (!code) {
        process.signal(SIGKILL);
        code = process.wait();
    }
    return {code.value_or(-SIGKILL), process.rest_of_stdout(), process.stderr_text()};
}

}  // namespace univi::test
