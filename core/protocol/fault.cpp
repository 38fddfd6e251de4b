#include "core/protocol/fault.h"

#include "core/base/disk_full.h"

namespace univi::protocol {

std::string to_string(Fault fault) {
    return name_of(fault);
}

Fault fault_of(const base::Error& error) {
    if (const auto* known = dynamic_cast<const FaultError*>(&error)) return known->fault();
    if (dynamic_cast<const base::DiskFull*>(&error)) return Fault::DiskFull;
    return fault_of_kind(base::to_string(error.kind()));
}

Fault fault_of_kind(std::string_view kind) {
    static constexpr std::pair<std::string_view, Fault> kFaults[] = {
        {"usage", Fault::Usage},
        {"memory", Fault::OutOfMemory},
        {"device", Fault::GpuGone},
        {"media", Fault::BadSample},
        {kNothingToLearn, Fault::NothingToLearn}};
    for (const auto& [name, fault] : kFaults)
        if (kind == name) return fault;
    return Fault::Other;
}

}  // namespace univi::protocol
