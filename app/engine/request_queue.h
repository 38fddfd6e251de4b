#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "core/base/stop_token.h"
#include "core/protocol/engine_protocol.h"

namespace univi::engine {

/// A request with its own stop: a stop asked for while it waits is seen when its turn comes.
struct Work {
    protocol::Request request;
    base::StopSource stop;
};

/// Between the thread that reads requests and the one that works on them. Thread-safe.
class RequestQueue {
  public:
    void push(protocol::Request request);
    /// Stops a request that waits or is worked on; unknown ids are ignored (it was already done).
    void stop(std::int64_t id);
    /// Ends the queue: what is worked on is stopped, what waits is dropped.
    void close();
    /// Blocks for the next request; nullopt when closed. The one before counts as done.
    std::optional<Work> next();

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Work> waiting_;
    std::optional<Work> current_;
    bool closed_ = false;
};

}  // namespace univi::engine
