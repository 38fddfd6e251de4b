#include "tests/support/fake_nccl/rank_sockets.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace univi::test::fake_nccl {
namespace {

int listener = -1;

sockaddr_in loopback(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// What a kernel of the real library does when its peer is gone.
[[noreturn]] void hang() {
    for (;;) ::pause();
}

void send_all(int socket, const char* data, std::size_t bytes) {
    while (bytes > 0) {
        const ssize_t sent = ::send(socket, data, bytes, MSG_NOSIGNAL);
        if (sent <= 0) hang();
        data += sent;
        bytes -= static_cast<std::size_t>(sent);
    }
}

void receive_all(int socket, char* data, std::size_t bytes) {
    while (bytes > 0) {
        const ssize_t got = ::recv(socket, data, bytes, 0);
        if (got <= 0) hang();
        data += got;
        bytes -= static_cast<std::size_t>(got);
    }
}

}  // namespace

int RankSockets::listen() {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener, general, size) != 0 || ::listen(listener, 16) != 0 ||
        ::getsockname(listener, general, &size) != 0)
        throw std::runtime_error("the fake NCCL cannot listen");
    return ntohs(address.sin_port);
}

RankSockets::RankSockets(int rank, int size, int port)
    : rank_(rank), size_(size), sockets_(rank == 0 ? static_cast<std::size_t>(size) : 1, -1) {
    if (rank == 0) {
        for (int i = 1; i < size; ++i) {
            const int socket = ::accept(listener, nullptr, nullptr);
            int peer = 0;
            receive_all(socket, reinterpret_cast<char*>(&peer), sizeof peer);
            sockets_.at(static_cast<std::size_t>(peer)) = socket;
        }
        ::close(std::exchange(listener, -1));
        return;
    }
    sockets_[0] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(sockets_[0], reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("the fake NCCL cannot connect");
    const int no_delay = 1;
    ::setsockopt(sockets_[0], IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
    send_all(sockets_[0], reinterpret_cast<const char*>(&rank_), sizeof rank_);
}

RankSockets::RankSockets(RankSockets&& other) noexcept
    : rank_(other.rank_), size_(other.size_), sockets_(std::exchange(other.sockets_, {})) {}

RankSockets::~RankSockets() {
    for (const int socket : sockets_)
        if (socket >= 0) ::close(socket);
}

int RankSockets::socket_of(int peer) const {
    return sockets_.at(rank_ == 0 ? static_cast<std::size_t>(peer) : 0);
}

void RankSockets::send(int to, const void* data, std::size_t bytes) {
    send_all(socket_of(to), static_cast<const char*>(data), bytes);
}

void RankSockets::receive(int from, void* data, std::size_t bytes) {
    receive_all(socket_of(from), static_cast<char*>(data), bytes);
}

}  // namespace univi::test::fake_nccl
