#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/server/completion_job.h"

namespace univi::server {

/// Writes one reply in the form of OpenAI's chat completions, whole or in pieces.
class CompletionJson {
  public:
    explicit CompletionJson(const ChatRequest& request, std::string model);

    /// Takes an event of the job; not an ApiError. Returns the chunks to stream for it.
    std::vector<std::string> chunks(const CompletionEvent& event);
    /// Returns the last chunk with the usage, where the request asked for it; else nothing.
    std::vector<std::string> usage_chunk() const;
    /// Takes an event without streaming it.
    void take(const CompletionEvent& event);
    /// Returns the whole reply, once its CompletionEnd was taken.
    std::string whole() const;

  private:
    base::Json head(const char* object) const;
    base::Json usage() const;
    std::string chunk(base::Json delta, base::Json scores, base::Json finish) const;
    base::Json scores_of(const std::vector<session::TokenScores>& scores) const;

    std::string id_, model_;
    long created_ = 0;
    bool with_usage_ = false, with_scores_ = false;
    CompletionStarted started_;
    CompletionEnd end_;
    std::string text_;
    std::vector<session::TokenScores> scores_;
};

}  // namespace univi::server
