#include "training/distributed/open_group.h"

#include <cstdlib>

#include "core/base/error.h"
#include "core/base/exception_text.h"
#include "training/distributed/gloo_group.h"
#include "training/distributed/host_group.h"
#include "training/distributed/nccl_group.h"
#include "training/distributed/store_rendezvous.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;
using protocol::Fault;
using protocol::FaultError;

namespace {

/// LibTorch's record of past collectives off, before any thread runs: it is not safe where ranks
/// are threads of one process (it crashes in FlightRecorder::recordWithResetEnabled), and nothing
/// here reads it. Whoever sets the variable decides.
[[maybe_unused]] const int kNoFlightRecorder =
    ::setenv("TORCH_FR_BUFFER_SIZE", "0", /*overwrite=*/0);

std::string address_of(const RankEnvironment& environment) {
    return environment.master_address + ":" + std::to_string(environment.master_port);
}

/// GPUs do; another device where somebody names a library that knows it.
bool speaks_nccl(c10::Device device) {
    return device.is_cuda() ||
           (!device.is_cpu() && process_environment("UNIVI_NCCL_LIBRARY").has_value());
}

}  // namespace

std::shared_ptr<Rendezvous> open_rendezvous(const RankEnvironment& environment,
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
        const std::string what = base::first_line(error);
        if (options.isServer && what.find("in use") != std::string::npos)
            throw FaultError(ErrorKind::Usage, Fault::PortInUse,
                             "Port " + std::to_string(environment.master_port) +
                                 " is in use on this host: give another one with --master_port.");
        throw FaultError(ErrorKind::Device, Fault::RankLost,
                         "Rank " + std::to_string(environment.rank) + " cannot reach rank 0 at " +
                             address_of(environment) + ": " + what);
    }
}

std::unique_ptr<ProcessGroup> open_process_group(const RankEnvironment& environment,
                                                 const std::shared_ptr<Rendezvous>& rendezvous,
                                                 const GroupOptions& options) {
    if (environment.is_alone()) return ProcessGroup::alone();
    const auto* place = dynamic_cast<const StoreRendezvous*>(rendezvous.get());
    if (!place)
        throw Error(ErrorKind::Internal, "A process group needs the store of open_rendezvous.");
    try {
        if (speaks_nccl(options.device))
            return open_nccl_group(environment, place->store(), options);
        auto host = open_gloo_group(environment, place->store(), options);
        return options.device.is_cpu() ? std::move(host) : through_host(std::move(host));
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw FaultError(
            ErrorKind::Device, Fault::RankLost,
            "Rank " + std::to_string(environment.rank) +
                " cannot connect to the other ranks over " + address_of(environment) + ": " +
                base::first_line(error) +
                " Name the network interface with GLOO_SOCKET_IFNAME where a host has several.");
    }
}

}  // namespace univi::training
