#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/server/completion_json.h"
#include "core/server/completion_queue.h"
#include "core/server/media_files.h"

namespace httplib {
struct Response;
}

namespace univi::server {

/// Answers POST /v1/chat/completions on a connection's thread, whole or as a stream.
class ChatEndpoint {
  public:
    struct Options {
        RequestRules rules;
        std::string model;
        double longest_s = 600;
    };
    /// All arguments must outlive it.
    ChatEndpoint(Options options, CompletionQueue& queue, MediaFiles& files)
        : options_(std::move(options)), queue_(queue), files_(files) {}

    /// `connection`: the client's socket. Throws ApiError before anything was written to
    /// `response`.
    void answer(std::string_view body, int connection, httplib::Response& response) const;

  private:
    std::shared_ptr<CompletionJob> make_job(ChatRequest request) const;

    Options options_;
    CompletionQueue& queue_;
    MediaFiles& files_;
};

}  // namespace univi::server
