#include "tests/support/http_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "tests/support/loopback.h"

namespace univi::test {

namespace {

constexpr auto kPace = std::chrono::milliseconds(20);

}  // namespace

HttpServer::HttpServer(std::string body)
    : body_(std::move(body)), listener_(listen_on_loopback(port_)) {
    thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
    over_ = true;
    thread_.join();
    ::close(listener_);
}

std::string HttpServer::address(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

void HttpServer::serve() {
    while (!over_) {
        if (!is_readable(listener_)) continue;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        answer(connection);
        ::close(connection);
    }
}

void HttpServer::answer(int connection) {
    const std::string request = receive_some(connection, over_);
    const std::string start = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    if (request.starts_with("GET /silent")) {
        // Until the other side leaves: then there is an end of file to read.
        receive_some(connection, over_);
    } else if (request.starts_with("GET /endless")) {
        bool goes_on = send_all(connection, start + "\r\n", over_);
        while (goes_on && !over_) {
            goes_on = send_all(connection, body_, over_);
            std::this_thread::sleep_for(kPace);
        }
    } else if (request.starts_with("GET /video")) {
        send_all(connection,
                 start + "Content-Length: " + std::to_string(body_.size()) + "\r\n\r\n" + body_,
                 over_);
    } else {
        send_all(connection, "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", over_);
    }
}

}  // namespace univi::test
