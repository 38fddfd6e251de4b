#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/stop_token.h"

namespace univi::hub {

struct HttpResponse {
    long status = 0;
    std::string address;                         ///< that answered
    std::map<std::string, std::string> headers;  ///< names in lower case
    /// Returns a header; empty when it is not there.
    std::string header(const std::string& name) const;
};

struct HttpRequest {
    std::string address;
    bool head = false;
    std::int64_t from = 0;  ///< first byte that is wanted
    std::string token{};    ///< sent to the address's own host alone
    /// Whether a redirect to another host is followed; one to the same host always is.
    bool leaves_host = true;
};

/// Thrown for what may go well another time: no connection, one that was cut, a busy server.
struct PassingFailure {
    std::string reason;  ///< "the connection was cut"
    double retry_after_s = 0;
    /// What to do where no connection came about at all, as the end of a sentence; empty for a
    /// failure of a hub that is there.
    std::string advice{};
};

/// Asks over HTTP and HTTPS by libcurl, one request at a time. One thread.
class HttpClient {
  public:
    /// Receives a piece of a body whose status and headers are known. What it throws comes out of
    /// fetch().
    using Sink = std::function<void(const HttpResponse& response, std::string_view piece)>;

    explicit HttpClient(base::StopToken stop);
    ~HttpClient();

    /// Asks, and follows redirects; of these no body is given. Any status is an answer but 408, 429
    /// and those from 500 on. Throws PassingFailure, Error{Stopped}, Error{File}.
    HttpResponse fetch(const HttpRequest& request, const Sink& sink = {});

  private:
    struct Transfer;
    HttpResponse once(const HttpRequest& request, const Sink& sink, std::string& redirect);

    base::StopToken stop_;
    std::unique_ptr<void, void (*)(void*)> curl_;
};

}  // namespace univi::hub
