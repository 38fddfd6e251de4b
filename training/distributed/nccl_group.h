#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include "training/distributed/process_group.h"

namespace univi::training {

/// Collectives over NCCL on their own stream. NCCL is the library that LibTorch's CUDA part has
/// opened: nothing links it and no CUDA toolkit is needed to build. Throws Error{Device} when it
/// is not there.
std::unique_ptr<ProcessGroup> open_nccl_group(const RankEnvironment& environment,
                                              const c10::intrusive_ptr<c10d::Store>& store,
                                              const GroupOptions& options);

}  // namespace univi::training
