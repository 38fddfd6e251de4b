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

}  // namespace univi::training
