// Short loops on several threads: every piece once, whoever comes late or at the same time.
#include "core/kernels/worker_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace univi::kernels {
namespace {

void expect_each_once(WorkerThreads& workers, std::int64_t count, std::int64_t chunk) {
    std::vector<std::atomic<int>> seen(static_cast<std::size_t>(count));
    workers.run(count, chunk, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) seen[static_cast<std::size_t>(i)]++;
    });
    for (const auto& times : seen) ASSERT_EQ(times, 1) << count << " by " << chunk;
}

TEST(WorkerThreads, EveryPieceOnce) {
    for (const int threads : {1, 2, 5}) {
        WorkerThreads workers(threads);
        EXPECT_EQ(workers.threads(), threads);
        for (const std::int64_t count : {0, 1, 2, 7, 64, 1000})
            for (const std::int64_t chunk : {1, 3, 64, 5000})
                expect_each_once(workers, count, chunk);
    }
}

/// Loops that follow each other at once, with sleeps between some of them, so that threads come
/// too late for one and in time for the next.
TEST(WorkerThreads, ManyLoopsInARow) {
    WorkerThreads workers(4);
    for (int round = 0; round < 3000; ++round) {
        std::int64_t sums[17] = {};
        workers.run(17, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) sums[i] = i + round;
        });
        for (std::int64_t i = 0; i < 17; ++i) ASSERT_EQ(sums[i], i + round);
        if (round % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

TEST(WorkerThreads, CallersAtTheSameTimeEachGetTheirOwn) {
    WorkerThreads workers(3);
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 3; ++caller)
        callers.emplace_back([&] {
            for (int round = 0; round < 200; ++round) expect_each_once(workers, 50, 4);
        });
    for (std::thread& each : callers) each.join();
}

TEST(WorkerThreads, ANumberThatChanges) {
    WorkerThreads workers(1);
    for (const int threads : {3, 1, 2, 4, 1}) {
        workers.use_threads(threads);
        EXPECT_EQ(workers.threads(), threads);
        expect_each_once(workers, 100, 7);
    }
}

}  // namespace
}  // namespace univi::kernels
