#include "tests/support/http_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/loopback.h"

namespace univi::test {

namespace {

constexpr auto kPace = std::chrono::milliseconds(20), kCameraPace = std::chrono::milliseconds(100);
constexpr char kStart[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n";

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
    const auto asks_for = [&request](const char* path) {
        return request.starts_with(std::string("GET ") + path);
    };
    if (asks_for("/silent")) {
        wait_until_left(connection);
    } else if (asks_for("/endless")) {
        repeat(connection, "\r\n", body_, kPace);
    } else if (asks_for("/jpegs")) {
        const std::string header =
            "Content-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n--picture\r\n";
        repeat(connection, header,
               "Content-Type: image/jpeg\r\nContent-Length: " + std::to_string(body_.size()) +
                   "\r\n\r\n" + body_ + "\r\n--picture\r\n",
               kCameraPace);
    } else if (asks_for("/stall")) {
        if (send_all(connection, kStart + ("\r\n" + body_), over_)) wait_until_left(connection);
    } else if (asks_for("/brief")) {
        send_all(connection, kStart + ("\r\n" + body_), over_);
    } else if (asks_for("/cut")) {
        send_all(connection, whole(body_.size() * 2), over_);
    } else if (asks_for("/video")) {
        send_all(connection, whole(body_.size()), over_);
    } else {
        send_all(connection, "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n", over_);
    }
}

void HttpServer::repeat(int connection, const std::string& header, const std::string& each,
                        std::chrono::milliseconds pace) {
    bool goes_on = send_all(connection, kStart + header, over_);
    while (goes_on && !over_) {
        goes_on = send_all(connection, each, over_);
        std::this_thread::sleep_for(pace);
    }
}

/// Once the other side leaves there is an end of file to read.
void HttpServer::wait_until_left(int connection) {
    while (!receive_some(connection, over_).empty()) {
    }
}

std::string HttpServer::whole(std::size_t promised_bytes) const {
    return kStart + ("Content-Length: " + std::to_string(promised_bytes) + "\r\n\r\n" + body_);
}

}  // namespace univi::test
