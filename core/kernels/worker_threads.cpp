#include "core/kernels/worker_threads.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace univi::kernels {
namespace {

/// Looks at the next loop this often before a thread sleeps: some 20 microseconds.
constexpr int kSpins = 600;

void pause_briefly() {
#if defined(__x86_64__)
    _mm_pause();
#endif
}

/// A loop's number in the high half, its next piece in the low one.
constexpr std::uint64_t kOneLoop = std::uint64_t{1} << 32;

std::uint64_t piece_of(std::uint64_t state) {
    return state & (kOneLoop - 1);
}

/// True while this thread computes a piece that several threads share. A loop that begins there
/// must not ask for the threads: its own thread may hold them.
thread_local bool is_inside_part = false;

}  // namespace

struct WorkerThreads::Shared {
    // What the current loop is. Written between two loops only; a thread that reads them too late
    // fails to take a piece, because the state has moved on.
    std::atomic<std::int64_t> count{0}, chunk{1};
    std::atomic<std::uint64_t> pieces{0};
    std::atomic<const void*> self{nullptr};
    std::atomic<void (*)(const void*, std::int64_t, std::int64_t)> invoke{nullptr};

    alignas(64) std::atomic<std::uint64_t> state{0};
    alignas(64) std::atomic<std::uint64_t> done{0};
    alignas(64) std::atomic<std::uint32_t> alarm{0};
    std::atomic<int> sleepers{0};
    std::atomic<bool> ends{false};
    std::mutex caller;
    std::vector<std::thread> helpers;
    std::atomic<int> threads{1};  ///< helpers and the caller

    /// Takes a piece and does it; false when none is left of the current loop.
    bool take_piece() {
        std::uint64_t now = state.load(std::memory_order_acquire);
        while (true) {
            const std::uint64_t piece = piece_of(now);
            const std::int64_t of = count.load(std::memory_order_relaxed),
                               length = chunk.load(std::memory_order_relaxed);
            const void* object = self.load(std::memory_order_relaxed);
            const auto call = invoke.load(std::memory_order_relaxed);
            if (piece >= pieces.load(std::memory_order_relaxed)) return false;
            if (!state.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel,
                                             std::memory_order_acquire))
                continue;
            const std::int64_t begin = static_cast<std::int64_t>(piece) * length;
            is_inside_part = true;
            call(object, begin, std::min(of, begin + length));
            is_inside_part = false;
            done.fetch_add(1, std::memory_order_release);
            return true;
        }
    }

    void help() {
        while (!ends.load(std::memory_order_acquire)) {
            if (take_piece()) continue;
            if (!spin()) sleep();
        }
    }

    bool has_work() const {
        return piece_of(state.load(std::memory_order_seq_cst)) <
               pieces.load(std::memory_order_seq_cst);
    }

    bool spin() const {
        for (int i = 0; i < kSpins; ++i) {
            if (has_work() || ends.load(std::memory_order_relaxed)) return true;
            pause_briefly();
        }
        return false;
    }

    void sleep() {
        const std::uint32_t heard = alarm.load(std::memory_order_seq_cst);
        sleepers.fetch_add(1, std::memory_order_seq_cst);
        if (!has_work() && !ends.load(std::memory_order_seq_cst)) alarm.wait(heard);
        sleepers.fetch_sub(1, std::memory_order_seq_cst);
    }

    void wake() {
        if (sleepers.load(std::memory_order_seq_cst) == 0) return;
        alarm.fetch_add(1, std::memory_order_seq_cst);
        alarm.notify_all();
    }

    void stop() {
        ends.store(true, std::memory_order_seq_cst);
        alarm.fetch_add(1, std::memory_order_seq_cst);
        alarm.notify_all();
        for (std::thread& each : helpers) each.join();
        helpers.clear();
        ends.store(false, std::memory_order_seq_cst);
    }

    void start(int count) {
        for (int i = 1; i < count; ++i) helpers.emplace_back([this] { help(); });
        threads.store(static_cast<int>(helpers.size()) + 1, std::memory_order_relaxed);
    }
};

WorkerThreads::WorkerThreads(int threads) : shared_(std::make_unique<Shared>()) {
    shared_->start(threads);
}

WorkerThreads::~WorkerThreads() {
    shared_->stop();
}

WorkerThreads& WorkerThreads::shared() {
    static WorkerThreads all(1);
    return all;
}

void WorkerThreads::use_threads(int threads) {
    if (is_inside_part) return;
    const std::lock_guard lock(shared_->caller);
    if (threads == this->threads()) return;
    shared_->stop();
    shared_->start(threads);
}

int WorkerThreads::threads() const {
    return shared_->threads.load(std::memory_order_relaxed);
}

void WorkerThreads::run_call(std::int64_t count, std::int64_t chunk, Call call) {
    Shared& all = *shared_;
    const std::int64_t pieces = (count + chunk - 1) / chunk;
    std::unique_lock<std::mutex> lock(all.caller, std::defer_lock);
    const bool is_shared = pieces > 1 && !is_inside_part && threads() > 1 && lock.try_lock();
    if (!is_shared || all.helpers.empty()) {
        // Unlocked, so that loops inside this single piece may share the threads.
        if (lock.owns_lock()) lock.unlock();
        if (count > 0) call.invoke(call.self, 0, count);
        return;
    }
    // No piece of the last loop is left, so nobody acts on these until the state says so.
    all.count.store(count, std::memory_order_relaxed);
    all.chunk.store(chunk, std::memory_order_relaxed);
    all.self.store(call.self, std::memory_order_relaxed);
    all.invoke.store(call.invoke, std::memory_order_relaxed);
    all.done.store(0, std::memory_order_relaxed);
    const std::uint64_t loop = all.state.load(std::memory_order_relaxed) / kOneLoop + 1;
    all.state.store(loop * kOneLoop, std::memory_order_seq_cst);
    all.pieces.store(static_cast<std::uint64_t>(pieces), std::memory_order_seq_cst);
    all.wake();
    while (all.take_piece()) {
    }
    for (int i = 0; all.done.load(std::memory_order_acquire) < static_cast<std::uint64_t>(pieces);
         ++i) {
        pause_briefly();
        if (i > kSpins) ::sched_yield();
    }
    // The next loop's words are written with no piece open.
    all.pieces.store(0, std::memory_order_seq_cst);
}

}  // namespace univi::kernels
