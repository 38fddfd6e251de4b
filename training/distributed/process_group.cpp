#include "training/distributed/process_group.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>
// The wheel is built with Gloo; its headers ask for this.
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "core/base/error.h"
#include "core/base/exception_text.h"
#include "core/base/file_descriptor.h"
#include "training/distributed/nccl_group.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;
using base::first_line;
using protocol::Fault;
using protocol::FaultError;
using StorePointer = c10::intrusive_ptr<c10d::Store>;

namespace {

/// LibTorch's record of past collectives off, before any thread runs: it is not safe where ranks
/// are threads of one process (it crashes in FlightRecorder::recordWithResetEnabled), and nothing
/// here reads it. Whoever sets the variable decides.
[[maybe_unused]] const int kNoFlightRecorder =
    ::setenv("TORCH_FR_BUFFER_SIZE", "0", /*overwrite=*/0);

std::string address_of(const RankEnvironment& environment) {
    return environment.master_address + ":" + std::to_string(environment.master_port);
}

class StoreRendezvous : public Rendezvous {
  public:
    StoreRendezvous(c10::intrusive_ptr<c10d::TCPStore> connection, std::string prefix)
        : connection_(std::move(connection)),
          prefix_(std::move(prefix)),
          store_(c10::make_intrusive<c10d::PrefixStore>(prefix_, connection_)) {}

    void set(const std::string& key, const std::string& value) override {
        run([&] { store_->set(key, std::vector<std::uint8_t>(value.begin(), value.end())); });
    }
    std::string get(const std::string& key, std::chrono::milliseconds timeout) override {
        std::string result;
        run([&] {
            store_->wait({key}, timeout);
            const auto bytes = store_->get(key);
            result.assign(bytes.begin(), bytes.end());
        });
        return result;
    }
    std::optional<std::string> find(const std::string& key) override {
        std::optional<std::string> result;
        run([&] {
            if (!store_->check({key})) return;
            const auto bytes = store_->get(key);
            result.emplace(bytes.begin(), bytes.end());
        });
        return result;
    }
    std::int64_t add(const std::string& key, std::int64_t amount) override {
        std::int64_t result = 0;
        run([&] { result = store_->add(key, amount); });
        return result;
    }
    std::shared_ptr<Rendezvous> second_connection() override {
        std::shared_ptr<Rendezvous> result;
        run([&] {
            auto copy = c10::static_intrusive_pointer_cast<c10d::TCPStore>(connection_->clone());
            result = std::make_shared<StoreRendezvous>(std::move(copy), prefix_);
        });
        return result;
    }
    const StorePointer& store() const { return store_; }

  private:
    template <typename Action>
    static void run(Action&& action) {
        try {
            action();
        } catch (const std::exception& error) {
            throw FaultError(ErrorKind::Device, Fault::RankLost,
                             "The ranks' meeting place does not answer: " + first_line(error));
        }
    }

    c10::intrusive_ptr<c10d::TCPStore> connection_;
    std::string prefix_;
    StorePointer store_;
};

bool is_loopback(const std::string& address) {
    return address == "localhost" || address.starts_with("127.") || address == "::1";
}

/// This host's address on the way to rank 0: a datagram socket that is "connected" knows it
/// without sending anything.
std::string own_address_towards(const std::string& host, int port) {
    addrinfo hints = {}, *found = nullptr;
    hints.ai_socktype = SOCK_DGRAM;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return {};
    std::string result;
    for (const addrinfo* each = found; each && result.empty(); each = each->ai_next) {
        const base::FileDescriptor link(::socket(each->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_storage own = {};
        socklen_t size = sizeof own;
        char text[NI_MAXHOST];
        if (link && ::connect(link.get(), each->ai_addr, each->ai_addrlen) == 0 &&
            ::getsockname(link.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
            ::getnameinfo(reinterpret_cast<sockaddr*>(&own), size, text, sizeof text, nullptr, 0,
                          NI_NUMERICHOST) == 0)
            result = text;
    }
    ::freeaddrinfo(found);
    return result;
}

std::shared_ptr<::gloo::transport::Device> gloo_device(const RankEnvironment& environment) {
    if (const char* name = std::getenv("GLOO_SOCKET_IFNAME"); name && *name)
        return c10d::ProcessGroupGloo::createDeviceForInterface(name);
    if (is_loopback(environment.master_address))
        return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
    const std::string own =
        own_address_towards(environment.master_address, environment.master_port);
    if (own.empty() || is_loopback(own)) return c10d::ProcessGroupGloo::createDefaultDevice();
    return c10d::ProcessGroupGloo::createDeviceForHostname(own);
}

/// The same memory as bytes: what only moves needs no arithmetic type of the transport.
at::Tensor as_bytes(const at::Tensor& tensor) {
    return tensor.view({-1}).view(at::kByte);
}

class GlooGroup : public ProcessGroup {
  public:
    GlooGroup(const RankEnvironment& environment, const StorePointer& store,
              const GroupOptions& options)
        : rank_(environment.rank), size_(environment.size) {
        auto gloo = c10d::ProcessGroupGloo::Options::create(options.timeout);
        gloo->devices.push_back(gloo_device(environment));
        backend_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank_, size_, gloo);
    }
    int rank() const override { return rank_; }
    int size() const override { return size_; }
    const char* backend() const override { return "gloo"; }

    /// Every rank sends its part r to rank r and adds what it gets in rank order. LibTorch's own
    /// reduce-scatter over Gloo is an all-reduce of the whole tensor: twice the traffic, and
    /// another order of the sum for every number of ranks.
    CollectiveWork reduce_scatter(const at::Tensor& output, const at::Tensor& input) override {
        at::Tensor received = at::empty_like(input);
        auto work = start([&] {
            std::vector<std::int64_t> equal;
            at::Tensor to = as_bytes(received), from = as_bytes(input);
            return backend_->alltoall_base(to, from, equal, equal);
        });
        return guarded([this, work, received, input, output] {
            work->wait();
            const at::Tensor parts = received.view({size_, -1});
            const at::NoGradGuard no_grad;
            output.copy_(parts[0]);
            for (int i = 1; i < size_; ++i) output.add_(parts[i]);
        });
    }

    /// One broadcast a part: in place, where Gloo's all-gather would copy the whole
    /// tensor twice more.
    CollectiveWork all_gather(const at::Tensor& tensor) override {
        std::vector<c10::intrusive_ptr<c10d::Work>> works;
        const at::Tensor parts = as_bytes(tensor).view({size_, -1});
        for (int root = 0; root < size_; ++root)
            works.push_back(start([&] {
                std::vector<at::Tensor> part{parts[root]};
                c10d::BroadcastOptions options;
                options.rootRank = root;
                return backend_->broadcast(part, options);
            }));
        return guarded([works, tensor] {
            for (const auto& work : works) work->wait();
        });
    }

    CollectiveWork all_reduce(const at::Tensor& tensor) override {
        const std::int64_t count = tensor.numel(), part = (count + size_ - 1) / size_;
        if (count < 1024) return reduce_few(tensor);
        if (part * size_ == count) return reduce_in_parts(tensor.view({-1}), {});
        at::Tensor padded = at::zeros({part * size_}, tensor.options());
        padded.narrow(0, 0, count).copy_(tensor.view({-1}));
        return reduce_in_parts(padded, tensor);
    }

  private:
    /// Few numbers: all to all, everybody adds.
    CollectiveWork reduce_few(const at::Tensor& tensor) {
        at::Tensor all = at::empty({size_, tensor.numel()}, tensor.options());
        all[rank_].copy_(tensor.view({-1}));
        CollectiveWork gather = all_gather(all);
        return CollectiveWork([this, gather, all, tensor]() mutable {
            gather.wait();
            const at::NoGradGuard no_grad;
            at::Tensor flat = tensor.view({-1});
            flat.copy_(all[0]);
            for (int i = 1; i < size_; ++i) flat.add_(all[i]);
        });
    }

    /// `whole` [size*n] is summed; copied to `target` where that is another tensor.
    CollectiveWork reduce_in_parts(const at::Tensor& whole, const at::Tensor& target) {
        const at::Tensor own = whole.view({size_, -1})[rank_];
        CollectiveWork scatter = reduce_scatter(own, whole);
        return CollectiveWork([this, scatter, whole, target]() mutable {
            scatter.wait();
            all_gather(whole).wait();
            const at::NoGradGuard no_grad;
            if (target.defined()) target.view({-1}).copy_(whole.narrow(0, 0, target.numel()));
        });
    }

    template <typename Start>
    c10::intrusive_ptr<c10d::Work> start(Start&& begin) {
        ++begun_;
        try {
            return begin();
        } catch (const std::exception& error) {
            throw_failure(first_line(error));
        }
    }

    int rank_, size_;
    c10::intrusive_ptr<c10d::Backend> backend_;
};

class AloneGroup : public ProcessGroup {
  public:
    int rank() const override { return 0; }
    int size() const override { return 1; }
    const char* backend() const override { return "none"; }
    CollectiveWork reduce_scatter(const at::Tensor& output, const at::Tensor& input) override {
        const at::NoGradGuard no_grad;
        output.copy_(input.view(output.sizes()));
        return {};
    }
    CollectiveWork all_gather(const at::Tensor&) override { return {}; }
    CollectiveWork all_reduce(const at::Tensor&) override { return {}; }
};

}  // namespace

std::shared_ptr<Rendezvous> Rendezvous::open(const RankEnvironment& environment,
                                             std::chrono::milliseconds timeout) {
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(environment.master_port);
    options.isServer = environment.rank == 0 && !environment.launcher_hosts_store;
    if (options.isServer && environment.listener >= 0)
        options.masterListenFd = environment.listener;
    options.waitWorkers = false;
    options.timeout = timeout;
    try {
        auto store = c10::make_intrusive<c10d::TCPStore>(environment.master_address, options);
        return std::make_shared<StoreRendezvous>(std::move(store), "univi/" + environment.attempt);
    } catch (const std::exception& error) {
        const std::string what = first_line(error);
        if (options.isServer && what.find("in use") != std::string::npos)
            throw FaultError(ErrorKind::Usage, Fault::PortInUse,
                             "Port " + std::to_string(environment.master_port) +
                                 " is in use on this host: give another one with --master_port.");
        throw FaultError(ErrorKind::Device, Fault::RankLost,
                         "Rank " + std::to_string(environment.rank) + " cannot reach rank 0 at " +
                             address_of(environment) + ": " + what);
    }
}

std::unique_ptr<ProcessGroup> ProcessGroup::alone() {
    return std::make_unique<AloneGroup>();
}

std::unique_ptr<ProcessGroup> ProcessGroup::open(const RankEnvironment& environment,
                                                 std::shared_ptr<Rendezvous> rendezvous,
                                                 const GroupOptions& options) {
    if (environment.is_alone()) return alone();
    const auto* place = dynamic_cast<const StoreRendezvous*>(rendezvous.get());
    if (!place)
        throw Error(ErrorKind::Internal, "A process group needs the store of Rendezvous::open.");
    try {
        if (options.device.is_cuda()) return open_nccl_group(environment, place->store(), options);
        return std::make_unique<GlooGroup>(environment, place->store(), options);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw FaultError(
            ErrorKind::Device, Fault::RankLost,
            "Rank " + std::to_string(environment.rank) +
                " cannot connect to the other ranks over " + address_of(environment) + ": " +
                first_line(error) +
                " Name the network interface with GLOO_SOCKET_IFNAME where a host has several.");
    }
}

CollectiveWork ProcessGroup::guarded(std::function<void()> finish) {
    return CollectiveWork([this, finish = std::move(finish)] {
        try {
            finish();
        } catch (const Error&) {
            throw;
        } catch (const std::exception& error) {
            throw_failure(first_line(error));
        }
    });
}

void ProcessGroup::throw_failure(const std::string& what) const {
    if (!explain_) throw FaultError(ErrorKind::Device, Fault::RankLost, what);
    const protocol::train::ErrorEvent error = explain_(what);
    throw FaultError(ErrorKind::Device, error.known_fault(), error.message, error.items);
}

void ProcessGroup::barrier() {
    all_reduce(at::zeros({1}, at::kInt)).wait();
}

}  // namespace univi::training
