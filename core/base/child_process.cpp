#include "core/base/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/base/error.h"

extern char** environ;

namespace univi::base {

namespace {

using Stream = ChildOptions::Stream;

/// What posix_spawn does in the child before the program begins.
class Preparation {
  public:
    Preparation() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
    }
    ~Preparation() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

    void redirect(int descriptor, Stream stream, int pipe) {
        if (stream == Stream::Pipe)
            posix_spawn_file_actions_adddup2(&actions_, pipe, descriptor);
        else if (stream == Stream::Null)
            posix_spawn_file_actions_addopen(&actions_, descriptor, "/dev/null", O_RDWR, 0);
    }
    void make_group() {
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
        posix_spawnattr_setpgroup(&attributes_, 0);
    }
    /// Returns 0 or the error.
    int start(pid_t& id, std::vector<std::string> words, std::vector<std::string> variables) const {
        std::vector<char*> arguments = pointers(words), environment = pointers(variables);
        return posix_spawnp(&id, arguments[0], &actions_, &attributes_, arguments.data(),
                            environment.data());
    }

  private:
    static std::vector<char*> pointers(std::vector<std::string>& texts) {
        std::vector<char*> result;
        for (std::string& text : texts) result.push_back(text.data());
        result.push_back(nullptr);
        return result;
    }

    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

/// This process's variables with those of `changed` in their place.
std::vector<std::string> environment_with(const std::vector<std::string>& changed) {
    std::vector<std::string> result = changed;
    for (char** each = environ; *each; ++each) {
        const std::string entry = *each;
        const std::string name = entry.substr(0, entry.find('=') + 1);
        const bool is_changed = std::any_of(changed.begin(), changed.end(),
                                            [&](const auto& one) { return one.starts_with(name); });
        if (!is_changed) result.push_back(entry);
    }
    return result;
}

[[noreturn]] void refuse(const std::string& program, int error_number) {
    throw Error(ErrorKind::File, "The program " + program + " could not be started: " +
                                     std::generic_category().message(error_number) + ".");
}

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& words, const ChildOptions& options)
    : own_group_(options.own_group), end_signal_(options.end_signal) {
    FileDescriptor writing;
    if (options.output == Stream::Pipe || options.errors == Stream::Pipe) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) refuse(words.front(), errno);
        pipe_ = FileDescriptor(ends[0]);
        writing = FileDescriptor(ends[1]);
    }
    Preparation preparation;
    preparation.redirect(STDIN_FILENO, options.input, -1);
    preparation.redirect(STDOUT_FILENO, options.output, writing.get());
    preparation.redirect(STDERR_FILENO, options.errors, writing.get());
    if (own_group_) preparation.make_group();
    if (const int failed = preparation.start(id_, words, environment_with(options.environment))) {
        id_ = -1;
        refuse(words.front(), failed);
    }
}

ChildProcess::~ChildProcess() {
    end();
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      own_group_(other.own_group_),
      end_signal_(other.end_signal_),
      code_(other.code_),
      pipe_(std::move(other.pipe_)) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    if (this == &other) return *this;
    end();
    id_ = std::exchange(other.id_, -1);
    own_group_ = other.own_group_;
    end_signal_ = other.end_signal_;
    code_ = other.code_;
    pipe_ = std::move(other.pipe_);
    return *this;
}

void ChildProcess::end() {
    if (id_ < 0 || ended()) return;
    signal(end_signal_);
    wait();
}

void ChildProcess::signal(int number) const {
    ::kill(own_group_ ? -id_ : id_, number);
}

std::optional<int> ChildProcess::ended() {
    int status = 0;
    if (!code_ && ::waitpid(id_, &status, WNOHANG) == id_) code_ = exit_code_of(status);
    return code_;
}

int ChildProcess::wait() {
    int status = 0;
    while (!code_) {
        const pid_t ended = ::waitpid(id_, &status, 0);
        if (ended == id_)
            code_ = exit_code_of(status);
        else if (errno != EINTR)
            code_ = 127;  // somebody else has waited for it
    }
    return *code_;
}

std::optional<std::string> ChildProcess::read(std::chrono::milliseconds patience) {
    pollfd waiting{pipe_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return "";
    char bytes[65536];
    const ssize_t count = ::read(pipe_.get(), bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) return "";
    if (count <= 0) return std::nullopt;
    return std::string(bytes, static_cast<std::size_t>(count));
}

}  // namespace univi::base
