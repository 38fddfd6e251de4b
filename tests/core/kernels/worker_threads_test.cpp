// Short loops on several threads: every piece once, whoever comes late or at the same time.
#include "core/kernels/worker_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
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

/// The caller's own thread computes some of the outer pieces and holds the threads meanwhile.
TEST(WorkerThreads, LoopsInsideALoopRunAlone) {
    for (const int threads : {1, 2, 4}) {
        WorkerThreads workers(threads);
        for (int round = 0; round < 50; ++round) {
            std::atomic<int> sum{0};
            workers.run(20, 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i) {
                    const auto thread = std::this_thread::get_id();
                    workers.run(10, 3, [&](std::int64_t from, std::int64_t to) {
                        sum += static_cast<int>(to - from);
                        EXPECT_TRUE(threads == 1 || std::this_thread::get_id() == thread);
                    });
                }
            });
            ASSERT_EQ(sum, 200);
        }
    }
}

/// Inside a part another number is not taken; after the loop it is.
TEST(WorkerThreads, AskingForThreadsInsideALoop) {
    WorkerThreads workers(2);
    std::atomic<int> seen{0};
    workers.run(8, 1, [&](std::int64_t, std::int64_t) {
        workers.use_threads(3);
        seen += workers.threads();
    });
    EXPECT_EQ(seen, 16);
    workers.use_threads(3);
    EXPECT_EQ(workers.threads(), 3);
}

/// A loop of a single piece runs in its caller's thread and leaves the threads to loops inside it.
TEST(WorkerThreads, ALoopInsideASinglePieceIsShared) {
    WorkerThreads workers(2);
    workers.run(1, 1, [&](std::int64_t, std::int64_t) {
        workers.use_threads(3);
        expect_each_once(workers, 100, 7);
    });
    EXPECT_EQ(workers.threads(), 3);
}

TEST(WorkerThreads, WhatAPartThrowsReachesTheCaller) {
    for (const int threads : {1, 3}) {
        WorkerThreads workers(threads);
        for (const std::int64_t bad : {0, 5, 99}) {
            EXPECT_THROW(workers.run(100, 1,
                                     [&](std::int64_t begin, std::int64_t end) {
                                         if (begin <= bad && bad < end)
                                             throw std::runtime_error("a part failed");
                                     }),
                         std::runtime_error);
            expect_each_once(workers, 100, 1);
        }
    }
}

}  // namespace
}  // namespace univi::kernels
