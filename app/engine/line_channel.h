#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "core/base/file_descriptor.h"
#include "core/protocol/engine_protocol.h"

namespace univi::engine {

/// Events out, one JSON line each, on a private descriptor: whatever a library prints to stdout
/// goes to stderr and cannot corrupt the protocol. Thread-safe.
class EventWriter {
  public:
    /// Takes stdout over for the process.
    EventWriter();
    void send(const protocol::Event& event);
    /// True when nobody reads any more.
    bool closed() const { return closed_; }

  private:
    std::mutex mutex_;
    base::FileDescriptor descriptor_;
    bool closed_ = false;
};

/// Request lines in, from stdin. One thread.
class LineReader {
  public:
    struct Line {
        std::string text;
        bool too_long = false;  ///< longer than kLongestLine: dropped
    };
    /// Blocks; nullopt when stdin is closed.
    std::optional<Line> next();

    static constexpr std::size_t kLongestLine = std::size_t{64} << 20;

  private:
    bool fill();
    std::string buffer_;
    std::size_t scanned_ = 0;
    bool dropping_ = false, ended_ = false;
};

}  // namespace univi::engine
