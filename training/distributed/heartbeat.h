#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/protocol/train_protocol.h"
#include "training/distributed/process_group.h"

namespace univi::training {

struct HeartbeatOptions {
    std::chrono::milliseconds interval = std::chrono::seconds(2);
    /// without a beat a rank counts as lost
    std::chrono::milliseconds timeout = std::chrono::seconds(20);
};

/// Says which rank is dead or hung. Every rank's own thread writes a counter into the meeting place
/// and watches the others'; a process that was killed, stopped or lost its network stands still
/// there. A verdict is shared: the first rank to know tells all.
class Heartbeat {
  public:
    /// `progress`: collectives begun so far, for naming the rank that is behind. `on_lost`: called
    /// once, on the watching thread, with the verdict; the main thread may hang in a collective
    /// then, so it should end the process.
    Heartbeat(std::shared_ptr<Rendezvous> connection, int rank, int size, HeartbeatOptions options,
              std::function<std::int64_t()> progress,
              std::function<void(const protocol::train::ErrorEvent&)> on_lost);
    ~Heartbeat();
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

    /// After a collective failed with `what`: waits (at most the timeout) until it is clear which
    /// rank was lost.
    protocol::train::ErrorEvent diagnose(const std::string& what);
    /// This rank fails by itself: tells the others why.
    void announce_failure(const protocol::train::ErrorEvent& error);
    /// No rank is watched from here on (all are done).
    void stop();

  private:
    struct Peer {
        std::string last;
        std::chrono::steady_clock::time_point changed;
        std::int64_t collectives = 0;
        bool has_left = false;
    };
    void beat();
    void guard();
    void exchange();
    using Verdict = std::optional<protocol::train::ErrorEvent>;
    void tell_verdict(const protocol::train::ErrorEvent& verdict);
    Verdict stale_rank(std::chrono::milliseconds limit);
    Verdict shared_verdict();
    protocol::train::ErrorEvent behind(const std::string& what);
    bool sleep(std::chrono::milliseconds time);

    std::shared_ptr<Rendezvous> connection_;
    int rank_, size_;
    HeartbeatOptions options_;
    std::function<std::int64_t()> progress_;
    std::function<void(const protocol::train::ErrorEvent&)> on_lost_;
    std::mutex mutex_;  ///< of peers_, verdict_, last_exchange_
    std::vector<Peer> peers_;
    Verdict verdict_, to_announce_;
    std::chrono::steady_clock::time_point last_exchange_;
    std::atomic<bool> stop_ = false, is_diagnosing_ = false, was_told_ = false;
    std::int64_t count_ = 0;
    std::thread beater_, guard_;
};

}  // namespace univi::training
