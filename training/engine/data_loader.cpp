#include "training/engine/data_loader.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace univi::training {

namespace {

/// Walks through a rank's parts, batch after batch.
class ShareWalk {
  public:
    ShareWalk(const RankShare& share, std::int64_t first_batch)
        : share_(share), batch_(first_batch), part_(share.part(first_batch)) {}

    std::int64_t operator()(std::int64_t) {
        while (part_.size() == 0) part_ = share_.part(++batch_);
        return part_.begin++;
    }

  private:
    RankShare share_;
    std::int64_t batch_;
    RankShare::Part part_;
};

}  // namespace

DataLoader::DataLoader(const SampleReader& reader, Sampler sampler, std::int64_t begin,
                       std::int64_t end, int workers, int ahead)
    : DataLoader(
          reader, std::move(sampler), [](std::int64_t k) { return k; }, begin, end, workers,
          ahead) {}

DataLoader::DataLoader(const SampleReader& reader, Sampler sampler, const RankShare& share,
                       std::int64_t first_batch, int workers, int ahead)
    // A rank without a sample in a whole batch never gets one.
    : DataLoader(reader, std::move(sampler), ShareWalk(share, first_batch), 0,
                 share.has_samples() ? std::numeric_limits<std::int64_t>::max() : 0, workers,
                 ahead) {}

DataLoader::DataLoader(const SampleReader& reader, Sampler sampler, Order order, std::int64_t begin,
                       std::int64_t end, int workers, int ahead)
    : reader_(reader),
      sampler_(std::move(sampler)),
      order_(std::move(order)),
      next_given_(begin),
      next_taken_(begin),
      end_(end),
      ahead_(std::max(ahead, 1)) {
    for (int i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
}

DataLoader::~DataLoader() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    can_take_.notify_all();
    for (auto& worker : workers_) worker.join();
}

DataLoader::Result DataLoader::read(std::int64_t item) const {
    Result result;
    try {
        result.sample = reader_.read(item);
    } catch (...) {
        result.error = std::current_exception();
    }
    return result;
}

void DataLoader::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        can_take_.wait(lock, [&] {
            return stop_ || next_taken_ >= end_ || next_taken_ < next_given_ + ahead_;
        });
        if (stop_ || next_taken_ >= end_) return;
        const std::int64_t k = next_taken_++;
        const std::int64_t item = sampler_.sample_at(order_(k));
        lock.unlock();
        Result result = read(item);
        lock.lock();
        ready_.emplace(k, std::move(result));
        if (k == next_given_) is_ready_.notify_one();
    }
}

Sample DataLoader::next() {
    if (workers_.empty()) {
        Result result = read(sampler_.sample_at(order_(next_given_++)));
        if (result.error) std::rethrow_exception(result.error);
        return std::move(result.sample);
    }
    std::unique_lock lock(mutex_);
    if (!ready_.contains(next_given_)) {
        const auto begin = std::chrono::steady_clock::now();
        is_ready_.wait(lock, [&] { return ready_.contains(next_given_); });
        waited_s_ +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    Result result = std::move(ready_.extract(next_given_).mapped());
    ++next_given_;
    lock.unlock();
    can_take_.notify_one();
    if (result.error) std::rethrow_exception(result.error);
    return std::move(result.sample);
}

double DataLoader::waited_s() const {
    const std::lock_guard lock(mutex_);
    return waited_s_;
}

}  // namespace univi::training
