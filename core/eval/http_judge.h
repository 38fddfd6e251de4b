#pragma once

#include <string>

#include "core/eval/judge.h"

namespace univi::eval {

/// Where an OpenAI-compatible endpoint is.
struct JudgeAddress {
    std::string origin;  ///< "https://api.openai.com" or "http://127.0.0.1:8000"
    std::string host;
    std::string path;  ///< "/v1/chat/completions"
    bool is_local = false;
};

/// Reads https://HOST[:PORT][/PATH] (http for this machine only, so that no key and no data travel
/// open); a path that does not name chat/completions gets it, none at all becomes /v1. Throws
/// Error{Usage}: bad address, words beyond an address (user, query, fragment).
JudgeAddress parse_judge_address(const std::string& text);

/// The key for a judge: $UNIVI_JUDGE_KEY, $OPENAI_API_KEY, or the desktop keyring's entry (service
/// univi-studio, judge <host>; needs secret-tool). Empty when there is none. Never logged.
/// `from` (may be null) receives where it was found.
std::string find_judge_key(const std::string& host, std::string* from = nullptr);

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
