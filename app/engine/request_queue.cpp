#include "app/engine/request_queue.h"

#include <utility>

namespace univi::engine {

void RequestQueue::push(protocol::Request request) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(request), base::StopSource{}});
    changed_.notify_one();
}

void RequestQueue::stop(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    if (current_ && current_->request.id == id) current_->stop.request_stop();
    for (auto& work : waiting_)
        if (work.request.id == id) work.stop.request_stop();
}

void RequestQueue::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.clear();
    if (current_) current_->stop.request_stop();
    changed_.notify_one();
}

std::optional<Work> RequestQueue::next() {
    std::unique_lock lock(mutex_);
    current_.reset();
    changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (closed_) return std::nullopt;
    current_ = std::move(waiting_.front());
    waiting_.pop_front();
    return current_;
}

}  // namespace univi::engine
