#pragma once

#include <string>

#include "core/base/stop_token.h"

namespace univi::eval {

/// What a judge is asked.
struct JudgeRequest {
    std::string system, user;
    int attempt = 0;  ///< 0 at first; a judge whose reply could not be read is asked again
};

/// Someone who reads answers and gives verdicts in words. ask() may be called from several threads
/// where jobs() is above 1.
class Judge {
  public:
    virtual ~Judge() = default;
    /// Asks, and returns the reply's words as they are. Throws Error: a sentence about what failed
    /// and what to do, after the tries that make sense.
    virtual std::string ask(const JudgeRequest& request, const base::StopToken& stop) = 0;
    /// Names the judge and settings; part of the cache's key and of every table. Holds no secret.
    virtual std::string name() const = 0;
    /// Returns how many requests may run at a time.
    virtual int jobs() const { return 1; }
};

}  // namespace univi::eval
