#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/protocol/engine_protocol.h"
#include "core/session/engine.h"

namespace univi::server {

struct ServerOptions {
    std::string host = "127.0.0.1";
    int port = 8080;                           ///< 0: a free one
    std::string api_key;                       ///< needed where the host is not this machine alone
    std::vector<std::string> allowed_folders;  ///< that file addresses may lead into
    std::vector<std::string> allowed_origins;  ///< of web pages, or "*"
    std::string model_name;                    ///< as clients name it; empty: the folder's name
    protocol::GenerationOptions defaults;      ///< template and most frames
    int most_waiting = 16;                     ///< beside the request that is answered
    int most_media = 16;                       ///< of a request
    std::size_t largest_body = std::size_t{64} << 20;
    double longest_s = 600;  ///< from a request's arrival to the end of its reply
    /// Is told how many requests for a reply were answered so far, on the engine's thread.
    std::function<void(std::int64_t requests)> on_answered{};
};

/// An OpenAI-compatible server over HTTP: /v1/chat/completions, /v1/models, /health, /metrics.
class ChatServer {
  public:
    /// Takes the port; clients that connect wait until serve(). Throws Error{Usage} for options
    /// that do not fit together, Error{File} when the port cannot be had.
    explicit ChatServer(const ServerOptions& options);
    ~ChatServer();
    /// Returns "http://127.0.0.1:8080".
    std::string address() const;
    /// Returns the model's name for clients; once serve() answers.
    std::string model_name() const;
    /// Answers requests on the calling thread, which becomes the engine's, until a stop; what is
    /// under way then is cancelled. `on_ready` is called once clients are answered.
    void serve(session::Engine& engine, const std::function<void()>& on_ready,
               const base::StopToken& stop);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::server
