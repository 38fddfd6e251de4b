#include "training/engine/data_loader.h"

#include <algorithm>
#include <utility>

namespace univi::training {

DataLoader::DataLoader(const SampleReader& reader, Sampler sampler, std::int64_t begin, std::int64_t end, int workers,
                       int ahead)
    : reader_(reader), sampler_(std::move(sampler)), next_given_(begin), next_taken_(begin), end_(end),
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
        can_take_.wait(lock, [&] { return stop_ || next_taken_ >= end_ || next_taken_ < next_given_ + ahead_; });
        if (stop_ || next_taken_ >= end_) return;
        const std::int64_t position = next_taken_++;
        const std::int64_t item = sampler_.sample_at(position);
        lock.unlock();
        Result result = read(item);
        lock.lock();
        ready_.emplace(position, std::move(result));
        if (position == next_given_) is_ready_.notify_one();
    }
}

Sample DataLoader::next() {
    if (workers_.empty()) {
        Result result = read(sampler_.sample_at(next_given_++));
        if (result.error) std::rethrow_exception(result.error);
        return std::move(result.sample);
    }
    std::unique_lock lock(mutex_);
    is_ready_.wait(lock, [&] { return ready_.contains(next_given_); });
    Result result = std::move(ready_.extract(next_given_).mapped());
    ++next_given_;
    lock.unlock();
    can_take_.notify_one();
    if (result.error) std::rethrow_exception(result.error);
    return std::move(result.sample);
}

}  // namespace univi::training
