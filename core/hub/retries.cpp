#include "core/hub/retries.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>

namespace univi::hub {

void wait_seconds(double seconds, const base::StopToken& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any waiting;
    waiting.wait_for(lock, stop, std::chrono::duration<double>(seconds), [] { return false; });
    base::throw_if_stopped(stop, "downloading");
}

void Retries::wait_after(const PassingFailure& failure) {
    const bool is_unreached = !failure.advice.empty();
    if (++failures_ >= rules_.most || (is_unreached && !rules_.waits_for_network))
        throw base::Error(base::ErrorKind::File,
                          what_ + " cannot be downloaded: " + failure.reason + "; " +
                              (is_unreached ? failure.advice
                                            : "try again later, and what is there already stays") +
                              ".");
    constexpr double kLongest = 60;
    const double wait = std::min(kLongest, rules_.first_wait_s * std::exp2(failures_ - 1));
    wait_seconds(std::max(wait, failure.retry_after_s), stop_);
}

}  // namespace univi::hub
