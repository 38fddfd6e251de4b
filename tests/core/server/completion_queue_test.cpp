#include "core/server/completion_queue.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/server/connection.h"
#include "tests/core/server/errors.h"

namespace univi::test {
namespace {

using server::CompletionJob;
using server::CompletionQueue;
using Cancelled = server::CompletionJob::Cancelled;

std::shared_ptr<CompletionJob> job() {
    return std::make_shared<CompletionJob>(server::ChatRequest{},
                                           std::vector<std::vector<std::string>>{});
}

TEST(CompletionQueue, HasSoManyPlaces) {
    CompletionQueue queue(1);
    auto first = std::make_unique<CompletionQueue::Place>(queue.enter());
    const auto second = queue.enter();
    EXPECT_EQ(queue.taken(), 2);
    const auto refused = refusal_of([&] { queue.enter(); });
    EXPECT_EQ(refused.status, 429);
    EXPECT_GT(refused.retry_after_s, 0);
    first.reset();
    const auto third = queue.enter();
    EXPECT_EQ(queue.taken(), 2);
}

TEST(CompletionQueue, PassesOverWhatWasCancelled) {
    CompletionQueue queue(3);
    const auto first = job(), second = job();
    queue.push(first);
    queue.push(second);
    first->cancel(Cancelled::ClientGone);
    EXPECT_EQ(queue.next(), second);
}

TEST(CompletionQueue, AClosedOneEndsEverything) {
    CompletionQueue queue(3);
    const auto under_way = job(), waiting = job();
    queue.push(under_way);
    EXPECT_EQ(queue.next(), under_way);
    queue.push(waiting);
    queue.close();
    EXPECT_EQ(under_way->cancelled(), Cancelled::ShuttingDown);
    EXPECT_TRUE(under_way->stop().stop_requested());
    EXPECT_EQ(std::get<server::ApiError>(waiting->take().at(0)).status, 503);
    EXPECT_EQ(queue.next(), nullptr);
    EXPECT_EQ(refusal_of([&] { queue.push(job()); }).status, 503);
    EXPECT_EQ(refusal_of([&] { queue.enter(); }).status, 503);
}

TEST(CompletionQueue, WaitsForTheNextJob) {
    CompletionQueue queue(3);
    const auto first = job();
    std::jthread sender([&] { queue.push(first); });
    EXPECT_EQ(queue.next(), first);
}

TEST(CompletionJob, ItsDescriptorTellsOfEvents) {
    const auto one = job();
    const auto soon = std::chrono::steady_clock::now();
    EXPECT_EQ(server::wait_for(one->descriptor(), -1, soon), server::Wake::OutOfTime);
    one->push(server::CompletionPiece{"a", {}});
    one->push(server::CompletionPiece{"b", {}});
    const auto later = soon + std::chrono::minutes(1);
    EXPECT_EQ(server::wait_for(one->descriptor(), -1, later), server::Wake::Event);
    EXPECT_EQ(one->take().size(), 2U);
    EXPECT_EQ(server::wait_for(one->descriptor(), -1, std::chrono::steady_clock::now()),
              server::Wake::OutOfTime);
}

TEST(CompletionJob, TheFirstReasonStays) {
    const auto one = job();
    one->cancel(Cancelled::OutOfTime);
    one->cancel(Cancelled::ClientGone);
    EXPECT_EQ(one->cancelled(), Cancelled::OutOfTime);
}

}  // namespace
}  // namespace univi::test
