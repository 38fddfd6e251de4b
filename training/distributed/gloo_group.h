#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include "training/distributed/process_group.h"

namespace univi::training {

/// Collectives over Gloo, between CPUs. Throws what LibTorch throws when the ranks cannot connect.
std::unique_ptr<ProcessGroup> open_gloo_group(const RankEnvironment& environment,
                                              const c10::intrusive_ptr<c10d::Store>& store,
                                              const GroupOptions& options);

}  // namespace univi::training
