#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/stop_token.h"

namespace univi::training {

/// Calls `use(index)` for all indices below `count` from `threads` threads, in shares. The first
/// exception ends all and is thrown here, a stop as Error{Stopped} that names `doing`.
template <typename Use>
void for_each_item(std::size_t count, int threads, const base::StopToken& stop, const char* doing,
                   const Use& use) {
    const std::size_t share = std::clamp<std::size_t>(count / 64, 1, 256);
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    std::mutex mutex;
    std::exception_ptr error;
    const auto work = [&] {
        try {
            for (std::size_t begin; (begin = next.fetch_add(share)) < count;)
                for (std::size_t i = begin; i < std::min(begin + share, count); ++i) {
                    if (failed || stop.stop_requested()) return;
                    use(i);
                }
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!error) error = std::current_exception();
            failed = true;
        }
    };
    std::vector<std::thread> workers;
    for (int i = 1; i < threads; ++i) workers.emplace_back(work);
    work();
    for (auto& worker : workers) worker.join();
    if (error) std::rethrow_exception(error);
    base::throw_if_stopped(stop, doing);
}

}  // namespace univi::training
