#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/protocol/train_protocol.h"
#include "training/distributed/rank_environment.h"

namespace univi::training {

/// The meeting place of all ranks: a small key-value store that rank 0 (or torchrun's agent) serves
/// over TCP. Calls of one object must not overlap; another thread takes a second connection.
class Rendezvous {
  public:
    virtual ~Rendezvous() = default;
    virtual void set(const std::string& key, const std::string& value) = 0;
    /// Waits for the key. Throws Error{Device} after `timeout`.
    virtual std::string get(const std::string& key, std::chrono::milliseconds timeout) = 0;
    virtual std::optional<std::string> find(const std::string& key) = 0;
    /// Atomic; a new key counts from 0. Returns the new value.
    virtual std::int64_t add(const std::string& key, std::int64_t amount) = 0;
    virtual std::shared_ptr<Rendezvous> second_connection() = 0;
};

/// A collective under way. An empty handle is done.
class CollectiveWork {
  public:
    CollectiveWork() = default;
    explicit CollectiveWork(std::function<void()> finish) : finish_(std::move(finish)) {}
    /// Blocks (on a GPU: the current stream) until the result stands. Throws Error{Device} when a
    /// rank was lost.
    void wait() {
        if (!finish_) return;
        const auto finish = std::move(finish_);
        finish_ = nullptr;
        finish();
    }

  private:
    std::function<void()> finish_;
};

struct GroupOptions {
    c10::Device device{c10::kCPU};
    std::chrono::milliseconds timeout = std::chrono::minutes(30);  ///< of one collective
};

/// Collectives over all ranks; every rank calls the same ones in the same order, on contiguous
/// tensors. Sums are taken in rank order on the CPU: one run gives the same bits every time, and
/// the same as one process that adds the ranks' parts in turn.
class ProcessGroup {
  public:
    /// For one process: every operation is a copy.
    static std::unique_ptr<ProcessGroup> alone();
    virtual ~ProcessGroup() = default;

    virtual int rank() const = 0;
    virtual int size() const = 0;
    virtual const char* backend() const = 0;  ///< "gloo", "nccl", "none"

    /// input [size*n] -> output [n]: this rank's part of the sum over ranks. `input` is free again
    /// only after wait().
    virtual CollectiveWork reduce_scatter(const at::Tensor& output, const at::Tensor& input) = 0;
    /// Part `rank` of `tensor` [size*n] of every rank goes to all, in place.
    virtual CollectiveWork all_gather(const at::Tensor& tensor) = 0;
    /// Sum over ranks, in place; any number of elements.
    virtual CollectiveWork all_reduce(const at::Tensor& tensor) = 0;
    void barrier();

    /// Collectives begun so far: what a rank that everybody waits for is behind in.
    virtual std::int64_t collectives_begun() const { return begun_; }
    /// Turns "connection closed" into an error that names the rank; called on the thread
    /// that met it.
    using Explain = std::function<protocol::train::ErrorEvent(const std::string& what)>;
    virtual void explain_failures_with(Explain explain) { explain_ = std::move(explain); }
    /// Throws FaultError: `what`, explained.
    [[noreturn]] void throw_failure(const std::string& what) const;

  protected:
    /// The work, with failures explained and counted.
    CollectiveWork guarded(std::function<void()> finish);

    std::atomic<std::int64_t> begun_ = 0;
    Explain explain_;
};

}  // namespace univi::training
