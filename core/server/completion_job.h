#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "core/base/file_descriptor.h"
#include "core/base/stop_token.h"
#include "core/server/api_error.h"
#include "core/server/chat_request.h"
#include "core/session/observer.h"

namespace univi::server {

/// The prompt was read and checked: from here on there is a reply.
struct CompletionStarted {
    int prompt_tokens = 0, reused_tokens = 0;
};
/// New text of the reply, and the tokens that belong to it where they were asked for.
struct CompletionPiece {
    std::string text;
    std::vector<session::TokenScores> scores;
};
struct CompletionEnd {
    bool was_cut = false;  ///< by a length or a time: finish_reason "length"
    int completion_tokens = 0;
};
using CompletionEvent = std::variant<CompletionStarted, CompletionPiece, CompletionEnd, ApiError>;

/// One request on its way from a connection's thread to the engine's and back. The connection waits
/// on descriptor(), so that it can wait for its client to hang up as well.
class CompletionJob {
  public:
    /// Why a reply is not finished.
    enum class Cancelled { No, ClientGone, OutOfTime, ShuttingDown };

    /// `files`: of the media of all turns, in order.
    CompletionJob(ChatRequest request, std::vector<std::vector<std::string>> files);

    const ChatRequest& request() const { return request_; }
    const std::vector<std::vector<std::string>>& files() const { return files_; }

    /// Stops the reply within one token or frame; the first reason stays.
    void cancel(Cancelled why);
    Cancelled cancelled() const { return cancelled_; }
    base::StopToken stop() const { return stop_.get_token(); }
    /// For a stop that is no cancelling: one of the request's stop texts came.
    void stop_here() { stop_.request_stop(); }

    void push(CompletionEvent event);
    /// Returns what came since the last call.
    std::vector<CompletionEvent> take();
    /// Can be read while there are events.
    int descriptor() const { return signal_.get(); }

  private:
    ChatRequest request_;
    std::vector<std::vector<std::string>> files_;
    base::StopSource stop_;
    std::atomic<Cancelled> cancelled_ = Cancelled::No;
    base::FileDescriptor signal_;  ///< eventfd
    std::mutex mutex_;
    std::vector<CompletionEvent> events_;
};

/// Returns what a client is told of a reply that was cancelled before its first token.
ApiError cancelled_error(CompletionJob::Cancelled why);

}  // namespace univi::server
