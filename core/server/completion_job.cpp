#include "core/server/completion_job.h"

#include <sys/eventfd.h>

#include <cstdint>
#include <utility>

#include "core/base/error.h"

namespace univi::server {

CompletionJob::CompletionJob(ChatRequest request, std::vector<std::vector<std::string>> files)
    : request_(std::move(request)),
      files_(std::move(files)),
      signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!signal_)
        throw base::Error(base::ErrorKind::Internal,
                          "The server has too many open files: try again later.");
}

void CompletionJob::cancel(Cancelled why) {
    Cancelled none = Cancelled::No;
    cancelled_.compare_exchange_strong(none, why);
    stop_.request_stop();
}

void CompletionJob::push(CompletionEvent event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(signal_.get(), &one, sizeof one);
}

std::vector<CompletionEvent> CompletionJob::take() {
    const std::lock_guard lock(mutex_);
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(signal_.get(), &count, sizeof count);
    return std::exchange(events_, {});
}

ApiError cancelled_error(CompletionJob::Cancelled why) {
    if (why == CompletionJob::Cancelled::OutOfTime)
        return {503, "The time that this server gives a request was over before the reply began.",
                "timeout"};
    if (why == CompletionJob::Cancelled::ShuttingDown)
        return {503, "The server is shutting down.", "shutting_down"};
    return {499, "The client went away."};
}

}  // namespace univi::server
