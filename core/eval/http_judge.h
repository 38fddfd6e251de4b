#pragma once

#include <string>

#include "core/eval/judge.h"
#include "core/eval/judge_address.h"

namespace univi::eval {

struct HttpJudgeOptions {
    JudgeAddress address;
    std::string model;  ///< as the endpoint knows it
    std::string key;    ///< empty: no Authorization is sent
    double temperature = 0.2;
    int max_tokens = 1024;
    int tries = 5;              ///< of a request that is refused for now (429, 5xx, no answer)
    double first_wait_s = 2.0;  ///< before the second try, doubled each time; Retry-After wins
    double timeout_s = 120;     ///< to connect, and between two pieces of a reply
    int jobs = 4;
};

/// An OpenAI-compatible chat endpoint. Redirects are not followed, replies are bounded. What
/// will not get better (wrong key, no credit, unknown model) is an Error at once; what may
/// is tried again.
class HttpJudge : public Judge {
  public:
    explicit HttpJudge(HttpJudgeOptions options);
    std::string ask(const JudgeRequest& request, const base::StopToken& stop) override;
    std::string name() const override;
    int jobs() const override { return options_.jobs; }

  private:
    HttpJudgeOptions options_;
};

}  // namespace univi::eval
