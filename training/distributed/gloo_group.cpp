#include "training/distributed/gloo_group.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cstdlib>
// The wheel is built with Gloo; its headers ask for this.
#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include "core/base/exception_text.h"
#include "core/base/file_descriptor.h"

namespace univi::training {

namespace {

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
    GlooGroup(const RankEnvironment& environment, const c10::intrusive_ptr<c10d::Store>& store,
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
            throw_failure(base::first_line(error));
        }
    }

    int rank_, size_;
    c10::intrusive_ptr<c10d::Backend> backend_;
};

}  // namespace

std::unique_ptr<ProcessGroup> open_gloo_group(const RankEnvironment& environment,
                                              const c10::intrusive_ptr<c10d::Store>& store,
                                              const GroupOptions& options) {
    return std::make_unique<GlooGroup>(environment, store, options);
}

}  // namespace univi::training
