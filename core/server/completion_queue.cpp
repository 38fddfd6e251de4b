#include "core/server/completion_queue.h"

namespace univi::server {

CompletionQueue::Place CompletionQueue::enter() {
    const std::lock_guard lock(mutex_);
    if (closed_) throw cancelled_error(CompletionJob::Cancelled::ShuttingDown);
    if (taken_ >= most_)
        throw ApiError{429, "Too many requests are waiting: try again later.", "queue_full", {}, 1};
    ++taken_;
    return Place(*this);
}

void CompletionQueue::leave() {
    const std::lock_guard lock(mutex_);
    --taken_;
}

void CompletionQueue::push(const Job& job) {
    const std::lock_guard lock(mutex_);
    if (closed_) throw cancelled_error(CompletionJob::Cancelled::ShuttingDown);
    waiting_.push_back(job);
    changed_.notify_one();
}

CompletionQueue::Job CompletionQueue::next() {
    std::unique_lock lock(mutex_);
    under_way_ = nullptr;
    for (;;) {
        changed_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
        if (closed_) return nullptr;
        under_way_ = std::move(waiting_.front());
        waiting_.pop_front();
        if (under_way_->cancelled() == CompletionJob::Cancelled::No) return under_way_;
    }
}

void CompletionQueue::close() {
    std::deque<Job> dropped;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        dropped.swap(waiting_);
        if (under_way_) under_way_->cancel(CompletionJob::Cancelled::ShuttingDown);
        changed_.notify_all();
    }
    for (const Job& job : dropped) {
        job->cancel(CompletionJob::Cancelled::ShuttingDown);
        job->push(cancelled_error(CompletionJob::Cancelled::ShuttingDown));
    }
}

int CompletionQueue::taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
}

}  // namespace univi::server
