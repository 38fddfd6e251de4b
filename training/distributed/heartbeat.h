#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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
    /// once, on the watching thread, with a sentence; the main thread may hang in a collective
    /// then, so it should end the process.
    Heartbeat(std::shared_ptr<Rendezvous> connection, int rank, int size, HeartbeatOptions options,
              std::function<std::int64_t()> progress,
              std::function<void(const std::string&)> on_lost);
    ~Heartbeat();
    Heartbeat(const Heartbeat&) = delete;
    Heartbeat& operator=(const Heartbeat&) = delete;

    /// After a collective failed with `what`: waits (at most the timeout) until it is clear which
    /// rank was lost. A sentence.
    std::string diagnose(const std::string& what);
    /// This rank fails by itself: tells the others why.
    void announce_failure(const std::string& sentence);
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
    void tell_verdict(const std::string& sentence);
    std::string stale_rank(std::chrono::milliseconds limit);
    std::string shared_verdict();
    bool sleep(std::chrono::milliseconds time);

    std::shared_ptr<Rendezvous> connection_;
    int rank_, size_;
    HeartbeatOptions options_;
    std::function<std::int64_t()> progress_;
    std::function<void(const std::string&)> on_lost_;
    std::mutex mutex_;  ///< of peers_, verdict_, last_exchange_
    std::vector<Peer> peers_;
    std::string verdict_, to_announce_;
    std::chrono::steady_clock::time_point last_exchange_;
    std::atomic<bool> stop_ = false, is_diagnosing_ = false, was_told_ = false;
    std::int64_t count_ = 0;
    std::thread beater_, guard_;
};

}  // namespace univi::training
