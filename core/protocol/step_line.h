#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/protocol/train_protocol.h"

namespace univi::protocol::train {

/// Reads {"event":"step", …} lines, the same fields as parse_event, without a tree of values: a
/// million lines take about a second. One thread at a time.
class StepLineReader {
  public:
    StepLineReader();
    ~StepLineReader();
    StepLineReader(const StepLineReader&) = delete;
    StepLineReader& operator=(const StepLineReader&) = delete;

    /// Returns false when the line is no whole JSON object of a step.
    bool read(std::string_view line);
    /// Returns the step of the last line that was read; null (no number) is NaN.
    const StepEvent& step() const { return step_; }
    /// Its numbers that have a curve: a StepEvent's figures, and other numbers of newer writers.
    /// Names live as long as the program; the same name is the same pointer.
    const std::vector<std::pair<const char*, double>>& figures() const { return figures_; }

  private:
    class Sax;
    StepEvent step_;
    std::vector<std::pair<const char*, double>> figures_;
    std::unique_ptr<Sax> sax_;
};

}  // namespace univi::protocol::train
