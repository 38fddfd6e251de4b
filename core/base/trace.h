#pragma once

#include <filesystem>
#include <string>

namespace univi::base {

/// Where the time of a process goes: spans of named work, written as a file in the Trace Event
/// Format that chrome://tracing and Perfetto open. Without a trace a span costs one load.
/// All functions are thread-safe.

/// Begins to record, from now on. A second call starts over.
void start_trace();
/// Writes what was recorded and stops recording. Replaces the file atomically. Throws Error{File}.
void write_trace(const std::filesystem::path& path);

/// Records the time from its making to its end on the thread that makes it.
class TraceSpan {
  public:
    /// `name` must outlive the trace (a literal). `detail` is shown beside it, e.g. "12 tokens".
    explicit TraceSpan(const char* name, std::string detail = {});
    ~TraceSpan();
    TraceSpan(const TraceSpan&) = delete;
    TraceSpan& operator=(const TraceSpan&) = delete;

  private:
    const char* name_;
    std::string detail_;
    double begin_us_ = 0;  ///< since the trace began
    unsigned trace_ = 0;   ///< which one; 0: none
};

}  // namespace univi::base
