#include "training/engine/deepspeed_engine.h"

#include <torch/headeronly/version.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/base/child_process.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/protocol/train_protocol.h"
#include "training/engine/deepspeed_command.h"
#include "training/engine/deepspeed_log.h"
#include "training/options/include.h"
#include "training/options/shell_words.h"
#include "training/run/run_folder.h"

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

/// Starts the program: a group of its own, so that a stop reaches all ranks; stdout and stderr
/// in one pipe.
base::ChildProcess start_engine(const std::vector<std::string>& words,
                                const std::string& python_path) {
    using Stream = base::ChildOptions::Stream;
    base::ChildOptions options{.output = Stream::Pipe, .errors = Stream::Pipe, .own_group = true};
    if (!python_path.empty()) options.environment = {"PYTHONPATH=" + python_path};
    return base::ChildProcess(words, options);
}

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
void follow(base::ChildProcess& child, Listener& listener, const base::StopToken& stop) {
    std::optional<Clock::time_point> asked;
    bool is_killed = false;
    while (const auto bytes = child.read(std::chrono::milliseconds(500))) {
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
    folder.write_run(
        {options, command, {{"engine_command", base::path_list(started.words)}}, TORCH_VERSION});
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
    base::ChildProcess child = start_engine(started.words, python_path(options.reference_root));
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
