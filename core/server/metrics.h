#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace univi::server {

/// What a reply took.
struct ReplyFigures {
    int prompt_tokens = 0, reused_tokens = 0, completion_tokens = 0;
    double first_token_s = 0, tokens_per_s = 0;
};

/// Counts what the server did, for Prometheus. Thread-safe.
class Metrics {
  public:
    /// `path`: one of the server's own, or "other".
    void count_request(const std::string& path, int status);
    void count_reply(const ReplyFigures& figures);
    void count_cancelled();
    /// Returns everything in Prometheus' text form. `places_taken`: requests that wait or are
    /// answered now.
    std::string text(int places_taken) const;

  private:
    static constexpr std::array<double, 9> kBounds{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60};

    mutable std::mutex mutex_;
    std::map<std::pair<std::string, int>, std::int64_t> requests_;
    std::int64_t replies_ = 0, cancelled_ = 0, prompt_tokens_ = 0, reused_tokens_ = 0;
    std::int64_t completion_tokens_ = 0;
    std::array<std::int64_t, kBounds.size() + 1> first_token_{};  ///< the last: above all bounds
    double first_token_sum_ = 0;
    std::int64_t first_tokens_ = 0;
    double tokens_per_s_ = 0;  ///< of the last reply
};

}  // namespace univi::server
