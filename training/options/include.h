#pragma once

#include <string>
#include <vector>

namespace univi::training {

/// What --include names: one host and the devices of it that train, one rank each.
struct IncludedDevices {
    std::string host = "localhost";
    std::vector<int> devices;  ///< in the order given; empty: every device of the host
};

/// Reads DeepSpeed's form "localhost:0,2", "localhost" or "host:0-3"; "" means every device of
/// localhost. Throws Error{Usage} that names what is wrong: several hosts ("@"), a device
/// twice, no number.
IncludedDevices parse_include(const std::string& text);

/// Returns how many GPUs the variable CUDA_VISIBLE_DEVICES names, by number, UUID ("GPU-…") or MIG
/// device ("MIG-…").
int count_visible(const std::string& variable);
/// Returns what the variable must say so that a program sees these devices alone. Where it already
/// names GPUs (`variable` is not empty), a device's number counts among these.
std::string visible_devices(const std::vector<int>& devices, const std::string& variable);

}  // namespace univi::training
