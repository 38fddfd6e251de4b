#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "core/server/completion_job.h"

namespace univi::server {

/// The requests that wait for the engine, first come first served, at most so many of them.
/// Thread-safe.
class CompletionQueue {
  public:
    using Job = std::shared_ptr<CompletionJob>;

    /// A place in the queue, from before a request's media are written until its reply is done.
    class Place {
      public:
        explicit Place(CompletionQueue& queue) : queue_(&queue) {}
        Place(Place&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (queue_) queue_->leave();
        }

      private:
        CompletionQueue* queue_;
    };

    /// `most_waiting`: beside the one that is answered.
    explicit CompletionQueue(int most_waiting) : most_(most_waiting + 1) {}

    /// Throws ApiError{429} when all places are taken, ApiError{503} after close().
    Place enter();
    void push(const Job& job);
    /// Returns the next job that nobody cancelled; nullptr after close(). For the engine's thread;
    /// the job counts as under way until the next call.
    Job next();
    /// Ends next(), and cancels what waits and what is under way.
    void close();
    /// Returns how many places are taken.
    int taken() const;

  private:
    void leave();

    int most_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    Job under_way_;
    int taken_ = 0;
    bool closed_ = false;
};

}  // namespace univi::server
