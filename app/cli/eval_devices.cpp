#include "app/cli/eval_devices.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "app/cli/option_words.h"
#include "core/base/child_process.h"
#include "core/base/error.h"
#include "core/base/paths.h"

namespace univi::cli {

namespace {

using base::Error;
using base::ErrorKind;

constexpr auto kPollInterval = std::chrono::milliseconds(100);

std::vector<std::string> splitList(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (end > begin) parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

/// The command of part `part` of `parts`, on its device.
std::vector<std::string> partCommand(const EvalArguments& arguments, const SharedOptions& shared,
                                     const std::string& device, std::size_t part,
                                     std::size_t parts) {
    std::vector<std::string> words{base::executable_folder() / "univi-cli", "eval"};
    for (std::string& word : askingWords(arguments)) words.push_back(std::move(word));
    for (std::string& word : modelWords(shared)) words.push_back(std::move(word));
    words.push_back("--device=" + device);
    words.push_back("--shard=" + std::to_string(part + 1) + "/" + std::to_string(parts));
    return words;
}

base::ChildProcess start(const std::vector<std::string>& words) {
    using Stream = base::ChildOptions::Stream;
    return base::ChildProcess(
        words, {.input = Stream::Null, .output = Stream::Null, .end_signal = SIGTERM});
}

/// The running parts; those still running are told to stop when it goes.
class Parts {
  public:
    ~Parts() {
        for (const base::ChildProcess& child : running_) child.signal(SIGTERM);
    }
    void add(base::ChildProcess child) { running_.push_back(std::move(child)); }
    bool any() const { return !running_.empty(); }
    /// Throws when one ended badly.
    void look() {
        for (std::size_t i = 0; i < running_.size();) {
            const std::optional<int> code = running_[i].ended();
            if (!code) {
                ++i;
                continue;
            }
            running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
            if (*code == 0) continue;
            throw Error(ErrorKind::Device,
                        "One of the devices ended with an error (above): what was answered stays; "
                        "run the same command again to go on.");
        }
    }

  private:
    std::vector<base::ChildProcess> running_;
};

}  // namespace

void runOnDevices(const EvalArguments& arguments, const SharedOptions& shared, EvalReport& report) {
    const std::vector<std::string> devices = splitList(arguments.devices);
    if (devices.empty() || !arguments.score.empty())
        throw Error(ErrorKind::Usage, "--devices lists the devices that answer questions.");
    if (arguments.run.num_shards > 1)
        throw Error(ErrorKind::Usage,
                    "--devices shares the questions out itself: leave --shard out.");
    const base::StopToken stop = base::stop_on_signals().get_token();
    Parts parts;
    for (std::size_t i = 0; i < devices.size(); ++i)
        parts.add(start(partCommand(arguments, shared, devices[i], i, devices.size())));
    report.event(protocol::evaluation::DevicesEvent{static_cast<std::int64_t>(devices.size())});
    while (parts.any()) {
        base::throw_if_stopped(stop, "answering questions on several devices");
        parts.look();
        std::this_thread::sleep_for(kPollInterval);
    }
}

}  // namespace univi::cli
