#include "training/distributed/nccl_group.h"

#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>

#include <cstring>

#include "core/base/error.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;

namespace {

// NCCL 2's C interface, stable since 2.0 (nccl.h): the few calls used here.
struct UniqueId {
    char bytes[128];
};
using Communicator = void*;
constexpr int kSum = 0;

struct Nccl {
    int (*get_version)(int*);
    int (*get_unique_id)(UniqueId*);
    int (*comm_init_rank)(Communicator*, int size, UniqueId, int rank);
    int (*comm_destroy)(Communicator);
    int (*all_reduce)(const void*, void*, std::size_t, int type, int operation, Communicator,
                      void* stream);
    int (*reduce_scatter)(const void*, void*, std::size_t, int type, int operation, Communicator,
                          void* stream);
    int (*all_gather)(const void*, void*, std::size_t, int type, Communicator, void* stream);
    const char* (*error_string)(int);
};

template <typename Function>
void take(void* library, const char* name, Function& target) {
    target = reinterpret_cast<Function>(::dlsym(library, name));
    if (!target)
        throw Error(ErrorKind::Device,
                    std::string("NCCL lacks the function ") + name + ": it is too old.");
}

/// The first version with bf16.
constexpr int kLeastVersion = 21000;

/// "2.8.4" of 2804, and "2.27.3" of 22703: from 2.9 on minor versions have two digits.
std::string version_text(int version) {
    const int major = version >= 10000 ? version / 10000 : version / 1000;
    const int rest = version >= 10000 ? version % 10000 : version % 1000;
    return std::to_string(major) + "." + std::to_string(rest / 100) + "." +
           std::to_string(rest % 100);
}

void check_version(int (*get_version)(int*)) {
    int version = 0;
    get_version(&version);
    if (version < kLeastVersion)
        throw Error(ErrorKind::Device,
                    "NCCL is version " + version_text(version) +
                        ", too old for univi-train: take " + version_text(kLeastVersion) +
                        " or newer, such as the one that " + "packaging/build --cuda fetches.");
}

const Nccl& nccl() {
    static const Nccl loaded = [] {
        const std::string named = process_environment("UNIVI_NCCL_LIBRARY").value_or("");
        const char* const name = named.empty() ? "libnccl.so.2" : named.c_str();
        void* library = ::dlopen(name, RTLD_NOW | RTLD_NOLOAD);
        if (!library) library = ::dlopen(name, RTLD_NOW);
        if (!library)
            throw Error(ErrorKind::Device,
                        std::string("Several GPUs need NCCL, which cannot be opened: ") +
                            ::dlerror() + ".");
        Nccl result = {};
        take(library, "ncclGetVersion", result.get_version);
        check_version(result.get_version);
        take(library, "ncclGetUniqueId", result.get_unique_id);
        take(library, "ncclCommInitRank", result.comm_init_rank);
        take(library, "ncclCommDestroy", result.comm_destroy);
        take(library, "ncclAllReduce", result.all_reduce);
        take(library, "ncclReduceScatter", result.reduce_scatter);
        take(library, "ncclAllGather", result.all_gather);
        take(library, "ncclGetErrorString", result.error_string);
        return result;
    }();
    return loaded;
}

void check(int code) {
    if (code != 0)
        throw Error(ErrorKind::Device,
                    std::string("NCCL failed: ") + nccl().error_string(code) + ".");
}

int nccl_type(at::ScalarType type) {
    switch (type) {
        case at::kByte:
            return 1;
        case at::kInt:
            return 2;
        case at::kLong:
            return 4;
        case at::kHalf:
            return 6;
        case at::kFloat:
            return 7;
        case at::kDouble:
            return 8;
        case at::kBFloat16:
            return 9;
        default:
            throw Error(ErrorKind::Internal,
                        std::string("NCCL has no type for ") + c10::toString(type) + ".");
    }
}

class NcclGroup : public ProcessGroup {
  public:
    NcclGroup(const RankEnvironment& environment, const c10::intrusive_ptr<c10d::Store>& store,
              const GroupOptions& options)
        : rank_(environment.rank),
          size_(environment.size),
          device_(options.device),
          guard_(options.device.type()),
          stream_(guard_.getStreamFromGlobalPool(options.device, /*isHighPriority=*/true)) {
        const c10::Device before = guard_.exchangeDevice(device_);
        UniqueId id = {};
        if (rank_ == 0) {
            check(nccl().get_unique_id(&id));
            store->set("nccl", std::vector<std::uint8_t>(id.bytes, id.bytes + sizeof id.bytes));
        }
        store->wait({"nccl"}, options.timeout);
        const auto bytes = store->get("nccl");
        std::memcpy(id.bytes, bytes.data(), std::min(bytes.size(), sizeof id.bytes));
        check(nccl().comm_init_rank(&communicator_, size_, id, rank_));
        guard_.setDevice(before);
    }
    ~NcclGroup() override {
        if (communicator_) nccl().comm_destroy(communicator_);
    }
    int rank() const override { return rank_; }
    int size() const override { return size_; }
    const char* backend() const override { return "nccl"; }

    CollectiveWork reduce_scatter(const at::Tensor& output, const at::Tensor& input) override {
        return launch({output, input}, [&](void* stream) {
            return nccl().reduce_scatter(input.const_data_ptr(), output.mutable_data_ptr(),
                                         static_cast<std::size_t>(output.numel()),
                                         nccl_type(input.scalar_type()), kSum, communicator_,
                                         stream);
        });
    }
    CollectiveWork all_gather(const at::Tensor& tensor) override {
        if (tensor.is_cpu())
            return through_device(tensor,
                                  [this](const at::Tensor& there) { return all_gather(there); });
        const at::Tensor own = tensor.view({size_, -1})[rank_];
        return launch({tensor}, [&](void* stream) {
            return nccl().all_gather(own.const_data_ptr(), tensor.mutable_data_ptr(),
                                     static_cast<std::size_t>(own.numel()),
                                     nccl_type(tensor.scalar_type()), communicator_, stream);
        });
    }
    CollectiveWork all_reduce(const at::Tensor& tensor) override {
        if (tensor.is_cpu())
            return through_device(tensor,
                                  [this](const at::Tensor& there) { return all_reduce(there); });
        return launch({tensor}, [&](void* stream) {
            return nccl().all_reduce(tensor.const_data_ptr(), tensor.mutable_data_ptr(),
                                     static_cast<std::size_t>(tensor.numel()),
                                     nccl_type(tensor.scalar_type()), kSum, communicator_, stream);
        });
    }

  private:
    /// The transport's stream first waits for what the current one has written; the current one
    /// waits in wait().
    template <typename Call>
    CollectiveWork launch(std::vector<at::Tensor> tensors, Call&& call) {
        ++begun_;
        c10::Event ready(device_.type());
        ready.record(guard_.getStream(device_));
        ready.block(stream_);
        if (const int code = call(stream_.native_handle())) fail(code);
        auto done = std::make_shared<c10::Event>(device_.type());
        done->record(stream_);
        return guarded(
            [this, done, tensors = std::move(tensors)] { done->block(guard_.getStream(device_)); });
    }

    /// What a collective that did not begin means: whose fault it is differs.
    [[noreturn]] void fail(int code) const {
        constexpr int kCudaError = 1, kRemoteError = 6;  // ncclResult_t
        const std::string what = nccl().error_string(code);
        if (code == kRemoteError) throw_failure("NCCL: " + what);
        if (code == kCudaError)
            throw protocol::FaultError(
                ErrorKind::Device, protocol::Fault::GpuGone,
                "The device " + device_.str() + " failed in a collective (NCCL: " + what +
                    "): look at the system's log (dmesg), and start the run again, which goes on "
                    "from its newest checkpoint.");
        throw Error(ErrorKind::Device, "NCCL failed on " + device_.str() + ": " + what + ".");
    }

    template <typename Collective>
    CollectiveWork through_device(const at::Tensor& tensor, Collective&& collective) {
        const at::Tensor there = tensor.to(device_);
        CollectiveWork work = collective(there);
        return CollectiveWork([work, there, tensor]() mutable {
            work.wait();
            tensor.copy_(there);
        });
    }

    int rank_, size_;
    c10::Device device_;
    c10::impl::VirtualGuardImpl guard_;
    c10::Stream stream_;
    Communicator communicator_ = nullptr;
};

}  // namespace

std::unique_ptr<ProcessGroup> open_nccl_group(const RankEnvironment& environment,
                                              const c10::intrusive_ptr<c10d::Store>& store,
                                              const GroupOptions& options) {
    return std::make_unique<NcclGroup>(environment, store, options);
}

}  // namespace univi::training
