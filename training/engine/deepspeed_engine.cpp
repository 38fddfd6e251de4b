#include "training/engine/deepspeed_engine.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/protocol/train_protocol.h"
#include "training/engine/deepspeed_command.h"
#include "training/engine/deepspeed_log.h"
#include "training/engine/run_folder.h"
#include "training/options/include.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
namespace train = protocol::train;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kLongestLine = std::size_t{1} << 20;

/// Whether a program of this name is in one of PATH's folders.
bool is_installed(const std::string& name) {
    const char* variable = std::getenv("PATH");
    const std::string all = variable ? variable : "";
    for (std::size_t begin = 0; begin <= all.size();) {
        const auto end = std::min(all.find(':', begin), all.size());
        if (::access((all.substr(begin, end - begin) + "/" + name).c_str(), X_OK) == 0) return true;
        begin = end + 1;
    }
    return false;
}

void check_installation(const TrainOptions& options) {
    if (!is_installed("deepspeed"))
        throw Error(ErrorKind::Usage,
                    "--engine deepspeed needs the program deepspeed, which is in no folder of "
                    "PATH: install the reference's Python environment.");
    const fs::path script = fs::path(options.reference_root) / "ChatUniVi/train/train_mem.py";
    std::error_code error;
    if (!fs::is_regular_file(script, error))
        throw Error(ErrorKind::Usage, "--engine deepspeed starts " + script.string() +
                                          ", which is not there: name the folder of the "
                                          "reference's code with --reference_root.");
}

/// The started program: a group of its own, so that a stop reaches all ranks; stdout and stderr
/// in one pipe.
class Child {
  public:
    explicit Child(const std::vector<std::string>& words, const std::string& python_path) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw Error(ErrorKind::Internal,
                        "No pipe could be made: " + std::string(std::strerror(errno)) + ".");
        std::vector<char*> arguments;
        for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        if (!python_path.empty()) ::setenv("PYTHONPATH", python_path.c_str(), 1);
        process_ = ::fork();
        if (process_ == 0) {
            ::setpgid(0, 0);
            ::dup2(ends[1], STDOUT_FILENO);
            ::dup2(ends[1], STDERR_FILENO);
            ::execvp(arguments[0], arguments.data());
            ::_exit(127);
        }
        ::close(ends[1]);
        output_ = ends[0];
        if (process_ < 0)
            throw Error(ErrorKind::Internal, "deepspeed could not be started: " +
                                                 std::string(std::strerror(errno)) + ".");
    }
    ~Child() {
        if (process_ > 0 && !is_done_) {
            ::kill(-process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
        }
        if (output_ >= 0) ::close(output_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Bytes that came within half a second; nothing at the end of the output.
    std::optional<std::string> read() {
        pollfd waiting{output_, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, 500);
        if (ready <= 0) return "";
        char bytes[65536];
        const ssize_t got = ::read(output_, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) return "";
        if (got <= 0) return std::nullopt;
        return std::string(bytes, static_cast<std::size_t>(got));
    }
    void signal(int number) { ::kill(-process_, number); }
    int wait() {
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        is_done_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    pid_t process_ = -1;
    int output_ = -1;
    bool is_done_ = false;
};

/// The run's folder fed with what the child says.
class Listener {
  public:
    Listener(RunFolder& folder, const TrainOptions& options, std::int64_t ranks)
        : folder_(folder), log_(options, ranks) {}

    void add(const std::string& bytes) {
        [[maybe_unused]] const ssize_t shown = ::write(STDERR_FILENO, bytes.data(), bytes.size());
        rest_ += bytes;
        std::size_t begin = 0;
        for (auto end = rest_.find('\n'); end != rest_.npos; end = rest_.find('\n', begin)) {
            take(std::string_view(rest_).substr(begin, end - begin));
            begin = end + 1;
        }
        rest_.erase(0, begin);
        if (rest_.size() > kLongestLine) rest_.clear();
    }
    void finish() { take(rest_); }
    const DeepSpeedLog& log() const { return log_; }
    bool is_done() const { return is_done_; }

  private:
    void take(std::string_view line) {
        const double now = std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
        for (const train::Event& event : log_.feed(line, now)) {
            folder_.event(event);
            is_done_ |= std::holds_alternative<train::DoneEvent>(event);
            if (const auto* step = std::get_if<train::StepEvent>(&event)) add_curves(*step);
        }
    }

    void add_curves(const train::StepEvent& step) {
        folder_.scalars(step.step, {{"train/loss", step.loss},
                                    {"train/learning_rate", step.learning_rate},
                                    {"train/epoch", step.epoch}});
    }

    RunFolder& folder_;
    DeepSpeedLog log_;
    std::string rest_;
    bool is_done_ = false;
};

/// Passes the stop on: first a polite one, after a minute a kill.
void follow(Child& child, Listener& listener, const base::StopToken& stop) {
    std::optional<Clock::time_point> asked;
    bool is_killed = false;
    while (auto bytes = child.read()) {
        if (!bytes->empty()) listener.add(*bytes);
        if (!stop.stop_requested()) continue;
        if (!asked) {
            asked = Clock::now();
            child.signal(SIGINT);
        } else if (!is_killed && Clock::now() - *asked > std::chrono::seconds(60)) {
            is_killed = true;
            child.signal(SIGKILL);
        }
    }
    listener.finish();
}

std::string python_path(const std::string& root) {
    if (root.empty()) return "";
    const char* known = std::getenv("PYTHONPATH");
    return fs::absolute(root).string() + (known && *known ? ":" + std::string(known) : "");
}

}  // namespace

int run_deepspeed_engine(const TrainOptions& options, const std::vector<std::string>& command,
                         const base::StopToken& stop) {
    const DeepSpeedCommand started = deepspeed_command(options);
    check_installation(options);
    RunFolder folder(options.output_dir, /*to_stdout=*/true);
    const auto ranks = static_cast<std::int64_t>(parse_include(options.include).devices.size());
    folder.write_run(options, command, {{"engine_command", base::path_list(started.words)}});
    for (const std::string& warning : started.warnings) {
        base::log_warning(warning);
        folder.event(train::WarningEvent{warning});
    }
    base::log_info("Starting " + shell_line(started.words));
    train::StartEvent start;
    start.run = fs::absolute(options.output_dir).lexically_normal().string();
    start.engine = "deepspeed";
    start.facts.total_steps = std::max<std::int64_t>(0, options.max_steps);
    folder.event(start);
    Child child(started.words, python_path(options.reference_root));
    Listener listener(folder, options, ranks);
    follow(child, listener, stop);
    const int code = child.wait();
    if (stop.stop_requested()) {
        folder.event(train::StoppedEvent{listener.log().step()});
        return base::exit_code(ErrorKind::Stopped);
    }
    if (code == 0) {
        if (!listener.is_done())
            folder.event(
                train::DoneEvent{listener.log().step(), std::numeric_limits<double>::quiet_NaN()});
        return 0;
    }
    const std::string why =
        listener.log().error().empty() ? "see its output above" : listener.log().error();
    const std::string sentence = "deepspeed ended with code " + std::to_string(code) + ": " + why +
                                 (why.ends_with('.') ? "" : ".");
    const Error error(ErrorKind::Internal, sentence);
    folder.event(train::error_event(error));
    throw error;
}

}  // namespace univi::training
