#pragma once

#include <exception>
#include <functional>
#include <thread>
#include <vector>

#include "training/distributed/launcher.h"
#include "training/distributed/open_group.h"

namespace univi::training::test {

/// Runs `work` as every rank of a group of `size`, each in a thread of this process, over
/// real Gloo connections.
inline void run_ranks(int size, const std::function<void(ProcessGroup&)>& work) {
    if (size == 1) {
        const auto group = ProcessGroup::alone();
        return work(*group);
    }
    static int next_port = 29700;
    const int port = find_free_port(next_port++);
    std::vector<std::exception_ptr> errors(static_cast<std::size_t>(size));
    std::vector<std::thread> threads;
    std::shared_ptr<Rendezvous> places[64];  // rank 0's serves the others: it outlives them
    for (int rank = 0; rank < size; ++rank) {
        threads.emplace_back([&, rank] {
            try {
                RankEnvironment environment;
                environment.rank = rank;
                environment.size = size;
                environment.master_port = port;
                places[rank] = open_rendezvous(environment, std::chrono::seconds(20));
                GroupOptions options;
                options.timeout = std::chrono::seconds(30);
                const auto group = open_process_group(environment, places[rank], options);
                work(*group);
                group->barrier();
            } catch (...) {
                errors[static_cast<std::size_t>(rank)] = std::current_exception();
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : errors)
        if (error) std::rethrow_exception(error);
}

}  // namespace univi::training::test
