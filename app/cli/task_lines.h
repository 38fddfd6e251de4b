#pragma once

#include <chrono>
#include <string>

#include "core/protocol/task_protocol.h"

namespace univi::cli {

/// How far a long command is: as JSON lines on stdout for the window, or as one line on a terminal.
/// One thread.
class TaskLines {
  public:
    explicit TaskLines(bool json) : json_(json) {}
    /// Says an event at once, where JSON was asked for.
    void say(const protocol::task::Event& event) const;
    /// At most ten times a second.
    void progress(double fraction, const std::string& what);
    bool is_json() const { return json_; }

  private:
    bool json_;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace univi::cli
