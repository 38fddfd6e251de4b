#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/train_protocol.h"
#include "training/options/options.h"

namespace univi::training {

/// Turns what the reference's trainer prints into our events: the dictionaries of Hugging Face's
/// log ({'loss': 1.5, 'learning_rate': 0.002, 'epoch': 0.1}), its progress bar, saved
/// checkpoints and errors.
class DeepSpeedLog {
  public:
    /// `ranks`: 0 when not known, then no samples a second are told.
    DeepSpeedLog(const TrainOptions& options, std::int64_t ranks);
    /// Events of one line without its end; a carriage return ends a line too. `now_s`: any clock
    /// that only grows.
    std::vector<protocol::train::Event> feed(std::string_view line, double now_s);
    /// The last error that the program printed, as one sentence; empty: none.
    const std::string& error() const { return error_; }
    std::int64_t step() const { return step_; }

  private:
    void read_progress(std::string_view line);
    std::optional<protocol::train::Event> read_line(std::string_view line, double now_s);
    std::optional<protocol::train::Event> read_values(const base::Json& values, double now_s);
    protocol::train::StepEvent step_event(const base::Json& values, double now_s);
    std::int64_t last_step() const { return std::max(step_, seen_step_); }
    std::int64_t next_logged_step() const;

    std::int64_t logging_steps_, samples_a_step_, max_steps_;
    bool logs_first_step_;
    std::int64_t step_ = 0, seen_step_ = 0, total_steps_ = 0;
    double told_s_ = -1;
    std::string error_;
};

/// A Python dictionary of plain values in a line, as JSON: {'loss': nan, 'epoch': 1.0} with null
/// for nan and inf. Nothing when the line has none.
std::optional<base::Json> parse_python_dictionary(std::string_view line);

}  // namespace univi::training
