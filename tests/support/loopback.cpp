#include "tests/support/loopback.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>

namespace univi::test {

namespace {

constexpr int kWaitMs = 20;

bool is_ready(int descriptor, short event) {
    pollfd wanted{descriptor, event, 0};
    return ::poll(&wanted, 1, kWaitMs) > 0;
}

}  // namespace

int listen_on_loopback(int& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    auto* address = reinterpret_cast<sockaddr*>(&place);
    if (listener < 0 || ::bind(listener, address, size) != 0 || ::listen(listener, 8) != 0 ||
        ::getsockname(listener, address, &size) != 0)
        throw std::runtime_error("cannot open a port for the test");
    port = ntohs(place.sin_port);
    return listener;
}

bool is_readable(int descriptor) {
    return is_ready(descriptor, POLLIN);
}

bool send_all(int connection, const std::string& bytes, const std::atomic<bool>& over) {
    std::size_t sent = 0;
    while (sent < bytes.size() && !over) {
        if (!is_ready(connection, POLLOUT)) continue;
        const ssize_t count = ::send(connection, bytes.data() + sent, bytes.size() - sent,
                                     MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count <= 0) return false;
        sent += std::size_t(count);
    }
    return !over;
}

std::string receive_some(int connection, const std::atomic<bool>& over) {
    while (!is_readable(connection))
        if (over) return {};
    std::string bytes(4096, '\0');
    const ssize_t count = ::recv(connection, bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? std::size_t(count) : 0);
    return bytes;
}

}  // namespace univi::test
