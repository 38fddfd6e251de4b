#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/stop_token.h"
#include "core/hub/http_client.h"

namespace univi::hub {

/// How often and after how long something that failed is tried again: the wait doubles each time.
struct RetryRules {
    int most = 6;
    double first_wait_s = 1;
    bool waits_for_network = true;  ///< also where no connection came about
};

/// Waits so long, or until a stop: Error{Stopped}.
void wait_seconds(double seconds, const base::StopToken& stop);

/// Counts the failures of one piece of work and waits between them.
class Retries {
  public:
    Retries(RetryRules rules, std::string what, base::StopToken stop)
        : rules_(rules), what_(std::move(what)), stop_(std::move(stop)) {}
    /// Waits for the next try. Throws Error{File} when there were enough.
    void wait_after(const PassingFailure& failure);
    /// Starts to count anew: something went well meanwhile.
    void forget() { failures_ = 0; }

  private:
    RetryRules rules_;
    std::string what_;
    base::StopToken stop_;
    int failures_ = 0;
};

/// Returns what `action` returns, tried again after each PassingFailure. `what` names it in the
/// error: "config.json of owner/name".
template <class Action>
auto with_retries(const RetryRules& rules, const std::string& what, const base::StopToken& stop,
                  Action&& action) {
    Retries retries(rules, what, stop);
    for (;;) try {
            return action();
        } catch (const PassingFailure& failure) {
            retries.wait_after(failure);
        }
}

}  // namespace univi::hub
