#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "core/base/file_descriptor.h"

namespace univi::base {

/// How a program is started.
struct ChildOptions {
    enum class Stream {
        Inherit,  ///< this process's own
        Null,     ///< /dev/null
        Pipe      ///< read by ChildProcess::read(); output and errors share one pipe
    };
    Stream input = Stream::Inherit;  ///< Inherit or Null
    Stream output = Stream::Inherit, errors = Stream::Inherit;
    /// Makes the child the head of a process group: signals reach its own children, too.
    bool own_group = false;
    /// Ends the child when its owner goes before it.
    int end_signal = SIGKILL;
    /// NAME=value, in place of or beside this process's variables.
    std::vector<std::string> environment = {};
};

/// A program that this process started. One thread uses it; signal() may be called from others.
class ChildProcess {
  public:
    /// Starts `words`, program and arguments; a program without a slash is sought in PATH.
    /// Throws Error{File} naming the program and the reason.
    explicit ChildProcess(const std::vector<std::string>& words, const ChildOptions& options = {});
    /// Sends `end_signal` to a child that still runs and waits for its end.
    ~ChildProcess();
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;

    void signal(int number) const;
    /// Returns how the child ended, or nothing while it runs.
    std::optional<int> ended();
    /// Waits for the end. Returns the exit code, or 128 and the number of the signal that ended it.
    int wait();
    /// Returns bytes of the pipe that came within `patience` (none: ""), or nothing at its end.
    std::optional<std::string> read(std::chrono::milliseconds patience);

  private:
    void end();

    pid_t id_ = -1;
    bool own_group_ = false;
    int end_signal_ = SIGKILL;
    std::optional<int> code_;
    FileDescriptor pipe_;
};

}  // namespace univi::base
