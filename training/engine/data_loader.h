#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "training/engine/sample_reader.h"
#include "training/engine/sampler.h"

namespace univi::training {

/// Reads samples ahead in worker threads and hands them out in the sampler's order, whatever
/// thread was faster.
class DataLoader {
  public:
    /// Which position of the sampler's sequence the k-th sample of the loader has; called under a
    /// lock, k only grows.
    using Order = std::function<std::int64_t(std::int64_t k)>;

    /// Borrows `reader`. `begin`: first position of the sampler's sequence; `end`: one past the
    /// last. `workers` 0: reads in next(). `ahead`: samples held ready at most.
    DataLoader(const SampleReader& reader, Sampler sampler, std::int64_t begin, std::int64_t end,
               int workers, int ahead);
    /// The samples of one rank from its part of batch `first_batch` on, without end.
    DataLoader(const SampleReader& reader, Sampler sampler, const RankShare& share,
               std::int64_t first_batch, int workers, int ahead);
    /// The samples at positions order(begin), …, order(end - 1).
    DataLoader(const SampleReader& reader, Sampler sampler, Order order, std::int64_t begin,
               std::int64_t end, int workers, int ahead);
    ~DataLoader();
    DataLoader(const DataLoader&) = delete;
    DataLoader& operator=(const DataLoader&) = delete;
    /// The next sample; rethrows here what its worker met. Must not be called past `end`.
    Sample next();
    /// Seconds that next() waited for workers, so far: 0 while loading keeps up.
    double waited_s() const;

  private:
    struct Result {
        Sample sample;
        std::exception_ptr error;
    };
    void work();
    Result read(std::int64_t item) const;

    const SampleReader& reader_;
    Sampler sampler_;
    Order order_;
    std::int64_t next_given_, next_taken_, end_;
    int ahead_;
    bool stop_ = false;
    double waited_s_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable can_take_, is_ready_;
    std::map<std::int64_t, Result> ready_;  ///< by k
    std::vector<std::thread> workers_;
};

}  // namespace univi::training
