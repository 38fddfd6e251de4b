#include "core/server/connection.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

namespace univi::server {

namespace {

/// One end of a connection; no port for what is no internet socket.
struct End {
    std::string address;
    int port = -1;
};

End end_of(int socket, int (*name)(int, sockaddr*, socklen_t*)) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    if (name(socket, address, &size) != 0) return {};
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    if (::getnameinfo(address, size, host.data(), host.size(), port.data(), port.size(),
                      NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return {};
    return {host.data(), std::atoi(port.data())};
}

int peer_name(int socket, sockaddr* address, socklen_t* size) {
    return ::getpeername(socket, address, size);
}

int own_name(int socket, sockaddr* address, socklen_t* size) {
    return ::getsockname(socket, address, size);
}

/// Calls `visit` for every open descriptor that has a peer, until it says yes: that one, or -1.
int find_socket(const std::function<bool(int)>& visit) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
        const int descriptor = std::atoi(entry.path().filename().c_str());
        if (visit(descriptor)) return descriptor;
    }
    return -1;
}

}  // namespace

int find_connection(const std::string& remote_address, int remote_port, int local_port) {
    return find_socket([&](int descriptor) {
        const End peer = end_of(descriptor, peer_name);
        return peer.port == remote_port && peer.address == remote_address &&
               end_of(descriptor, own_name).port == local_port;
    });
}

void end_connections(int local_port) {
    find_socket([&](int descriptor) {
        if (end_of(descriptor, peer_name).port > 0 &&
            end_of(descriptor, own_name).port == local_port)
            ::shutdown(descriptor, SHUT_RDWR);
        return false;
    });
}

Wake wait_for(int event, int connection, std::chrono::steady_clock::time_point until) {
    std::array<pollfd, 2> waiting{{{event, POLLIN, 0}, {connection, POLLRDHUP, 0}}};
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0) return Wake::OutOfTime;
        constexpr std::int64_t kLongest = 1 << 30;
        const auto ms = static_cast<int>(std::min<std::int64_t>(left.count(), kLongest));
        if (::poll(waiting.data(), waiting.size(), ms) <= 0) continue;
        if (waiting[0].revents != 0) return Wake::Event;
        return Wake::ClientGone;
    }
}

}  // namespace univi::server
