#pragma once

#include <cstdint>
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
    /// Any thread, but not inside run(): takes another number of threads from the next run() on.
    void use_threads(int threads);
    int threads() const;

    /// Calls `part(begin, end)` for pieces of 0..count that are `chunk` long (the last may be
    /// shorter), on several threads at once, and returns when all are done. Which thread takes
    /// which piece is left open. `part` must not throw. Runs in the caller's thread alone while
    /// another thread's run() goes on.
    template <typename Part>
    void run(std::int64_t count, std::int64_t chunk, const Part& part) {
        static_assert(std::is_invocable_v<const Part&, std::int64_t, std::int64_t>);
        run_call(count, chunk, {&part, [](const void* self, std::int64_t begin, std::int64_t end) {
                                    (*static_cast<const Part*>(self))(begin, end);
                                }});
    }

  private:
    struct Call {
        const void* self;
        void (*invoke)(const void* self, std::int64_t begin, std::int64_t end);
    };
    struct Shared;

    void run_call(std::int64_t count, std::int64_t chunk, Call call);

    std::unique_ptr<Shared> shared_;
};

}  // namespace univi::kernels
