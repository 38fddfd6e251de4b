#pragma once

#include <chrono>
#include <memory>

#include "training/distributed/process_group.h"

namespace univi::training {

/// Waits until rank 0's meeting place answers. Throws Error{Usage} when the port is taken,
/// Error{Device} when nobody answers in time.
std::shared_ptr<Rendezvous> open_rendezvous(const RankEnvironment& environment,
                                            std::chrono::milliseconds timeout);

/// Opens Gloo on the CPU or NCCL on a GPU, both from LibTorch's c10d; nothing at all for one rank.
/// `rendezvous`: of open_rendezvous(). Throws Error{Device|Usage}.
std::unique_ptr<ProcessGroup> open_process_group(const RankEnvironment& environment,
                                                 const std::shared_ptr<Rendezvous>& rendezvous,
                                                 const GroupOptions& options);

}  // namespace univi::training
