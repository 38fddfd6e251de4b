#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/base/stop_token.h"
#include "core/session/engine.h"

namespace univi::cli {

/// One line on stderr that is rewritten while a long step runs; nothing where stderr
/// is no terminal.
class ProgressLine {
  public:
    ProgressLine();
    ~ProgressLine();
    void show(const std::string& text);
    void clear();

  private:
    bool terminal_ = false, shown_ = false;
    std::chrono::steady_clock::time_point last_{};
};

/// Media progress for an observer.
void showMediaProgress(ProgressLine& line, const protocol::MediaProgressEvent& event);

/// One line on stderr about a damaged medium; nothing while groups still arrive or all was read.
void showDamage(ProgressLine& line, const protocol::TokenGroups& groups);

/// Writes results to stdout at once. Throws Error{File} when stdout takes no more (closed
/// pipe, full disk).
void print(const std::string& text);

/// Lines of stdin; a stop ends the waiting. At most 64 MB a line.
class StdinLines {
  public:
    /// nullopt at the end. Throws Error{Stopped}, Error{Usage} for a line that is too long.
    std::optional<std::string> next(const base::StopToken& stop);

  private:
    bool fill(const base::StopToken& stop);
    std::string buffer_;
    std::size_t scanned_ = 0;
    bool ended_ = false;
};

}  // namespace univi::cli
