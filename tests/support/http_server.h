#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace univi::test {

/// A web server on a port of this machine for one test. GET /video gives `body`, /endless gives it
/// again and again at a slow pace, /silent accepts and says nothing; everything else is not found.
/// One connection after another, no ranges.
class HttpServer {
  public:
    explicit HttpServer(std::string body);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// "http://127.0.0.1:port" + path.
    std::string address(const std::string& path) const;

  private:
    void serve();
    void answer(int connection);

    std::string body_;
    int port_ = 0, listener_ = -1;  ///< in this order: opening gives both
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

}  // namespace univi::test
