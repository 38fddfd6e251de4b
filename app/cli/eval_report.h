#pragma once

#include <chrono>
#include <string>

#include "app/cli/terminal.h"
#include "core/eval/judging.h"
#include "core/eval/runner.h"
#include "core/protocol/eval_protocol.h"

namespace univi::cli {

/// Progress of `univi-cli eval`: a line on a terminal, or JSON lines on stdout for the
/// window (core/protocol/eval_protocol.h).
class EvalReport {
  public:
    explicit EvalReport(bool events) : events_(events) {}
    void loading(double fraction, const std::string& what);
    void start(const std::string& set, const eval::RunProgress& progress);
    void asked(const std::string& set, const eval::RunProgress& progress);
    void unanswered(const std::string& set, const eval::Unanswered& item);
    void judged(const std::string& set, const eval::JudgeProgress& progress);
    void event(const protocol::evaluation::Event& event);
    bool events() const { return events_; }

  private:
    bool is_due(bool last);

    bool events_;
    ProgressLine line_;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace univi::cli
