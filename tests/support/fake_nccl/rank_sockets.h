#pragma once

#include <cstddef>
#include <vector>

namespace univi::test::fake_nccl {

/// Connections of rank 0 with every other rank, over loopback. A peer that is gone is waited for
/// without end.
class RankSockets {
  public:
    /// Makes this process the one that others connect to; returns the port.
    static int listen();

    RankSockets(int rank, int size, int port);
    ~RankSockets();
    RankSockets(RankSockets&& other) noexcept;
    RankSockets& operator=(RankSockets&&) = delete;

    int rank() const { return rank_; }
    int size() const { return size_; }
    /// Rank 0 with any other, and these with rank 0.
    void send(int to, const void* data, std::size_t bytes);
    void receive(int from, void* data, std::size_t bytes);

  private:
    int socket_of(int peer) const;

    int rank_, size_;
    std::vector<int> sockets_;  ///< of rank 0: by rank; of others: that to rank 0
};

}  // namespace univi::test::fake_nccl
