// A stand-in for NCCL over the fake device: the functions that univi-train takes of libnccl.so.2,
// with the C interface of nccl.h. Ranks are connected to rank 0 over loopback, which sums in rank
// order. A collective runs when it is asked for; the checker of streams is told which stream it
// would run on.
//   FAKE_NCCL_VERSION  what ncclGetVersion says (22703)
//   FAKE_NCCL_FAIL     "rank:collectives:code": after so many, that rank's calls return the code
//   FAKE_NCCL_REPORT   file that gets the number of collectives, with ".<rank>" behind its name
// Like the real one, a collective whose peer is gone never ends.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "tests/support/fake_device/fake_device.h"
#include "tests/support/fake_nccl/rank_sockets.h"
#include "tests/support/fake_nccl/sums.h"

namespace univi::test::fake_nccl {
namespace {

using fake::MemoryUse;

struct UniqueId {
    char bytes[128];
};

struct Communicator {
    RankSockets sockets;
    int collectives = 0;
};

enum Code { kSuccess = 0, kInvalidArgument = 4 };

/// The code that this rank's next collective fails with; 0: none.
int planned_failure(const Communicator& communicator) {
    const char* text = std::getenv("FAKE_NCCL_FAIL");
    int rank = 0, after = 0, code = 0;
    if (!text || std::sscanf(text, "%d:%d:%d", &rank, &after, &code) != 3) return 0;
    return rank == communicator.sockets.rank() && communicator.collectives > after ? code : 0;
}

/// What every rank brings [size of ranks][bytes], at rank 0; elsewhere empty.
std::vector<std::vector<char>> gather(Communicator& c, const void* own, std::size_t bytes) {
    std::vector<std::vector<char>> all;
    if (c.sockets.rank() != 0) {
        c.sockets.send(0, own, bytes);
        return all;
    }
    const char* first = static_cast<const char*>(own);
    all.emplace_back(first, first + bytes);
    for (int rank = 1; rank < c.sockets.size(); ++rank) {
        all.emplace_back(bytes);
        c.sockets.receive(rank, all.back().data(), bytes);
    }
    return all;
}

/// Rank r gets part r of rank 0's `parts` bytes, or all of them.
void scatter(Communicator& c, const std::vector<char>& parts, void* out, std::size_t bytes,
             bool all) {
    if (c.sockets.rank() != 0) return c.sockets.receive(0, out, bytes);
    std::memcpy(out, parts.data(), bytes);
    for (int rank = 1; rank < c.sockets.size(); ++rank)
        c.sockets.send(rank, parts.data() + (all ? 0 : rank * bytes), bytes);
}

/// Sums what the ranks bring, `count` values each; every rank gets `taken` of them.
void sum(Communicator& c, const void* in, void* out, std::size_t count, std::size_t taken,
         const Type& type) {
    const auto brought = gather(c, in, count * type.bytes);
    std::vector<char> total;
    if (!brought.empty()) {
        total = brought[0];
        for (std::size_t rank = 1; rank < brought.size(); ++rank)
            type.add(total.data(), brought[rank].data(), count);
    }
    scatter(c, total, out, taken * type.bytes, taken == count);
}

template <typename Work>
int collective(void* handle, const void* in, void* out, void* stream, const char* name,
               const Work& work) {
    auto& communicator = *static_cast<Communicator*>(handle);
    ++communicator.collectives;
    if (const int code = planned_failure(communicator)) return code;
    const MemoryUse reads(in, stream, false, name), writes(out, stream, true, name);
    work(communicator);
    return kSuccess;
}

}  // namespace
}  // namespace univi::test::fake_nccl

using namespace univi::test::fake_nccl;  // NOLINT: the functions below have C names

extern "C" {

int ncclGetVersion(int* version) {
    const char* text = std::getenv("FAKE_NCCL_VERSION");
    *version = text ? std::atoi(text) : 22703;
    return kSuccess;
}

int ncclGetUniqueId(UniqueId* id) {
    const int port = RankSockets::listen();
    std::memset(id, 0, sizeof *id);
    std::snprintf(id->bytes, sizeof id->bytes, "%d", port);
    return kSuccess;
}

int ncclCommInitRank(void** handle, int size, UniqueId id, int rank) {
    auto made = std::make_unique<Communicator>(
        Communicator{RankSockets(rank, size, std::atoi(id.bytes)), 0});
    *handle = made.release();
    return kSuccess;
}

int ncclCommDestroy(void* handle) {
    const std::unique_ptr<Communicator> own(static_cast<Communicator*>(handle));
    const char* report = std::getenv("FAKE_NCCL_REPORT");
    if (!report) return kSuccess;
    const std::string path = report + ("." + std::to_string(own->sockets.rank()));
    if (std::FILE* file = std::fopen(path.c_str(), "w")) {
        std::fprintf(file, "{\"collectives\":%d}\n", own->collectives);
        std::fclose(file);
    }
    return kSuccess;
}

int ncclAllReduce(const void* in, void* out, std::size_t count, int type, int, void* handle,
                  void* stream) {
    const Type* known = type_of(type);
    if (!known) return kInvalidArgument;
    return collective(handle, in, out, stream, "ncclAllReduce",
                      [&](Communicator& c) { sum(c, in, out, count, count, *known); });
}

int ncclReduceScatter(const void* in, void* out, std::size_t count, int type, int, void* handle,
                      void* stream) {
    const Type* known = type_of(type);
    if (!known) return kInvalidArgument;
    return collective(handle, in, out, stream, "ncclReduceScatter", [&](Communicator& c) {
        sum(c, in, out, count * static_cast<std::size_t>(c.sockets.size()), count, *known);
    });
}

int ncclAllGather(const void* in, void* out, std::size_t count, int type, void* handle,
                  void* stream) {
    const Type* known = type_of(type);
    if (!known) return kInvalidArgument;
    return collective(handle, in, out, stream, "ncclAllGather", [&](Communicator& c) {
        const auto brought = gather(c, in, count * known->bytes);
        std::vector<char> joined;
        for (const auto& each : brought) joined.insert(joined.end(), each.begin(), each.end());
        scatter(c, joined, out, count * known->bytes * static_cast<std::size_t>(c.sockets.size()),
                true);
    });
}

const char* ncclGetErrorString(int code) {
    return code == 1 ? "unhandled cuda error" : code == 6 ? "remote process exited" : "an error";
}
}
