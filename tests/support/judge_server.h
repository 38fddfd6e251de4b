#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace univi::test {

/// What a judge's server answers one request with.
struct JudgeReply {
    int status = 200;
    std::string body{};
    std::string headers{};  ///< whole lines, each with \r\n
    int pause_ms = 0;       ///< before the reply
    bool hangs_up = false;  ///< closes without a word
};

/// An OpenAI-compatible chat endpoint on a port of this machine for one test: POST
/// /v1/chat/completions is answered by a function, one connection after another.
class JudgeServer {
  public:
    /// `answer`: called with the request's body on the server's thread.
    explicit JudgeServer(std::function<JudgeReply(const std::string& body)> answer);
    ~JudgeServer();
    JudgeServer(const JudgeServer&) = delete;
    JudgeServer& operator=(const JudgeServer&) = delete;

    /// "http://127.0.0.1:port/v1".
    std::string address() const;
    /// Whole requests so far, head and body.
    std::vector<std::string> requests() const;
    /// A chat completion that says `content`.
    static std::string says(const std::string& content);

  private:
    void serve();
    void answer(int connection);

    std::function<JudgeReply(const std::string&)> answer_;
    int port_ = 0, listener_ = -1;  ///< in this order: opening gives both
    std::atomic<bool> over_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

}  // namespace univi::test
