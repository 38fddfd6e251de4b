#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace univi::test {

using namespace std::chrono_literals;

struct ProcessOptions {
    std::vector<std::string> command;                  ///< program and arguments
    std::string folder{};                              ///< working folder; empty: this one
    std::map<std::string, std::string> environment{};  ///< put over this process's own
};

/// A child program with pipes at stdin, stdout and stderr (collected by a thread). Killed by the
/// destructor when it still runs.
class Process {
  public:
    explicit Process(const ProcessOptions& options);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// False when the child reads no more.
    bool write(const std::string& text);
    void close_stdin();
    /// Next line of stdout without its newline; nullopt at the end or after `timeout`.
    std::optional<std::string> read_line(std::chrono::milliseconds timeout = 60s);
    /// Lines until `wanted` says yes; nullopt at the end or after `timeout`. Lines passed over
    /// go to `seen`.
    std::optional<std::string> read_until(const std::function<bool(const std::string&)>& wanted,
                                          std::vector<std::string>* seen = nullptr,
                                          std::chrono::milliseconds timeout = 60s);
    /// The exit code, -signal when one ended it; nullopt after `timeout`. Reads the rest
    /// of stdout meanwhile.
    std::optional<int> wait(std::chrono::milliseconds timeout = 60s);
    void signal(int number);
    /// All of stdout not taken by read_line, and all of stderr, so far.
    std::string rest_of_stdout();
    std::string stderr_text();
    pid_t id() const { return id_; }

  private:
    struct Collector;
    pid_t id_ = -1;
    int stdin_ = -1;
    std::unique_ptr<Collector> out_, err_;
    std::optional<int> exit_;
};

struct ProcessResult {
    int exit_code = 0;
    std::string out, err;
};

/// Runs to the end, feeding `input`. A child that outlives `timeout` is killed and gives
/// exit code -9.
ProcessResult run_process(const ProcessOptions& options, const std::string& input = {},
                          std::chrono::milliseconds timeout = 120s);

}  // namespace univi::test
