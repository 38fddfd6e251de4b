#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include "training/distributed/process_group.h"

namespace univi::training {

/// Collectives over NCCL on their own stream. NCCL is the library that LibTorch's CUDA part has
/// opened, or the one that UNIVI_NCCL_LIBRARY names: nothing links it and no CUDA toolkit is needed
/// to build. Throws Error{Device} when it is not there or older than 2.10.
std::unique_ptr<ProcessGroup> open_nccl_group(const RankEnvironment& environment,
                                              const c10::intrusive_ptr<c10d::Store>& store,
                                              const GroupOptions& options);

}  // namespace univi::training
