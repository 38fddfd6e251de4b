#pragma once

#include <string>
#include <vector>

#include "core/model/device_plan.h"

namespace univi::session {

/// Returns the devices that may share a model, in their order, with the bytes that each may hold.
/// `devices`: "auto" (every GPU, then the CPU), or names and numbers with commas between:
/// "cuda:0,1", "cuda:0,cpu". `max_memory`: sizes with the device's number, or cpu, before:
/// "0:10GiB,cpu:16GiB"; a device without one may hold what is free there, and a CPU that only this
/// names comes last. Throws Error{Usage|Device} in one sentence.
std::vector<model::DeviceRoom> device_rooms(const std::string& devices,
                                            const std::string& max_memory);

}  // namespace univi::session
