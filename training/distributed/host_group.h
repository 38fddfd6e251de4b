#pragma once

#include <memory>

#include "training/distributed/process_group.h"

namespace univi::training {

/// Carries the collectives of a device's tensors over a group of the host's: each goes to the host
/// and back. For devices that have no transport of their own.
std::unique_ptr<ProcessGroup> through_host(std::unique_ptr<ProcessGroup> host);

}  // namespace univi::training
