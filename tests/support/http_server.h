#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace univi::test {

/// A web server on a port of this machine for one test. One connection after another, no ranges.
/// What GET gives:
///   /video    `body`
///   /endless  it again and again at a slow pace
///   /jpegs    it as the picture of a camera, ten times a second
///   /stall    it, and then nothing more on a connection that stays
///   /brief    it without a length, and the end of the connection
///   /cut      it as the first half of what is promised, and the end of the connection
///   /silent   accepts and says nothing
/// Everything else is not found.
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
    void repeat(int connection, const std::string& header, const std::string& each,
                std::chrono::milliseconds pace);
    void wait_until_left(int connection);
    std::string whole(std::size_t promised_bytes) const;

    std::string body_;
    int port_ = 0, listener_ = -1;  ///< in this order: opening gives both
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

}  // namespace univi::test
