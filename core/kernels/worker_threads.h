#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <type_traits>

namespace univi::kernels {

/// Threads that share out short loops, a hundred of which make one token. They spin for some
/// microseconds between two loops and then sleep; nobody waits for a thread that has taken no part
/// of the loop, so a neighbour that holds one core costs its share and no more. Who calls takes
/// parts as well.
class WorkerThreads {
  public:
    /// `threads`: how many compute, the caller's among them; at least 1.
    explicit WorkerThreads(int threads);
    ~WorkerThreads();
    WorkerThreads(const WorkerThreads&) = delete;
    WorkerThreads& operator=(const WorkerThreads&) = delete;

    /// The process's own, with as many threads as were last asked for by use_threads(), else one.
    static WorkerThreads& shared();
    /// Any thread: takes another number of threads from the next run() on. Does nothing inside a
    /// part of a loop.
    void use_threads(int threads);
    int threads() const;

    /// Calls `part(begin, end)` for pieces of 0..count that are `chunk` long (the last may be
    /// shorter), on several threads at once, and returns when all are done. Which thread takes
    /// which piece is left open. Throws the first exception that a part threw, when all are done;
    /// parts that had not begun are left out. Runs in the caller's thread alone inside a part of
    /// another loop and while another thread's run() goes on.
    template <typename Part>
    void run(std::int64_t count, std::int64_t chunk, const Part& part) {
        static_assert(std::is_invocable_v<const Part&, std::int64_t, std::int64_t>);
        const Guarded<Part> guarded{part, {}, {}};
        run_call(count, chunk,
                 {&guarded, [](const void* self, std::int64_t begin, std::int64_t end) {
                      static_cast<const Guarded<Part>*>(self)->call(begin, end);
                  }});
        if (guarded.error) std::rethrow_exception(guarded.error);
    }

  private:
    /// Keeps what a part throws: a helper's thread must not end with it.
    template <typename Part>
    struct Guarded {
        const Part& part;
        mutable std::atomic<bool> failed{false};
        mutable std::exception_ptr error;  ///< written by whoever made `failed` true

        void call(std::int64_t begin, std::int64_t end) const {
            if (failed.load(std::memory_order_relaxed)) return;
            try {
                part(begin, end);
            } catch (...) {
                if (!failed.exchange(true)) error = std::current_exception();
            }
        }
    };
    struct Call {
        const void* self;
        void (*invoke)(const void* self, std::int64_t begin, std::int64_t end);
    };
    struct Shared;

    void run_call(std::int64_t count, std::int64_t chunk, Call call);

    std::unique_ptr<Shared> shared_;
};

}  // namespace univi::kernels
