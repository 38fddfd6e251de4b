#include "tests/support/judge_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/support/loopback.h"

namespace univi::test {

namespace {

std::size_t body_length(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == head.npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

JudgeServer::JudgeServer(std::function<JudgeReply(const std::string&)> answer)
    : answer_(std::move(answer)), listener_(listen_on_loopback(port_)) {
    thread_ = std::thread([this] { serve(); });
}

JudgeServer::~JudgeServer() {
    over_ = true;
    thread_.join();
    ::close(listener_);
}

std::string JudgeServer::address() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/v1";
}

std::vector<std::string> JudgeServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::string JudgeServer::says(const std::string& content) {
    return nlohmann::json{
        {"choices", {{{"message", {{"role", "assistant"}, {"content", content}}}}}}}
        .dump();
}

void JudgeServer::serve() {
    while (!over_) {
        if (!is_readable(listener_)) continue;
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        answer(connection);
        ::close(connection);
    }
}

void JudgeServer::answer(int connection) {
    std::string request;
    std::size_t end = std::string::npos;
    while (end == std::string::npos || request.size() < end + 4 + body_length(request)) {
        const std::string more = receive_some(connection, over_);
        if (more.empty()) return;
        request += more;
        end = request.find("\r\n\r\n");
    }
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }
    JudgeReply reply = answer_(request.substr(end + 4));
    if (!request.starts_with("POST /v1/chat/completions ")) reply.status = 404;
    for (int waited = 0; waited < reply.pause_ms && !over_; waited += 20)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (reply.hangs_up) return;
    send_all(connection,
             "HTTP/1.1 " + std::to_string(reply.status) + " x\r\nConnection: close\r\n" +
                 "Content-Type: application/json\r\n" + reply.headers +
                 "Content-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body,
             over_);
}

}  // namespace univi::test
